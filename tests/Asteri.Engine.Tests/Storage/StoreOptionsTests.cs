using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage;

public sealed class StoreOptionsTests
{
    [Fact]
    public void Validate_Defaults_Fine() => new StoreOptions { Directory = "data" }.Validate();

    [Fact]
    public void Validate_SeveralFaults_AllNamedAtOnce()
    {
        var options = new StoreOptions { Directory = " ", Lanes = -1, PageBytes = 3_000_000, ValueMemoryBytes = 1 << 20, MaxQueuedWrites = 0 };
        var error = Assert.Throws<StoreException>(options.Validate);
        Assert.Equal(StoreFault.Invalid, error.Fault);
        string[] faults = ["Directory", "Lanes is -1", "PageBytes is 3000000", "4194304", "ValueMemoryBytes is 1048576", "MaxQueuedWrites is 0"];
        Assert.All(faults, fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1 << 20, 1 << 20, "twice MaxValueBytes")]
    [InlineData(4 << 20, 2 << 20, "SegmentBytes")]
    public void Validate_OptionsThatDoNotFitEachOther_NamesBoth(int page, int segment, string words)
    {
        var options = new StoreOptions { Directory = "d", PageBytes = page, SegmentBytes = segment };
        Assert.Contains(words, Assert.Throws<StoreException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
