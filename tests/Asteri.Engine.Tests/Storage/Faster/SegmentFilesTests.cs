using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;

namespace Asteri.Engine.Tests.Storage.Faster;

public sealed class SegmentFilesTests : IDisposable
{
    private const int SegmentBytes = 4096;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_OverSeveralSegments_ReadsBackAndStaysAfterReopening()
    {
        var bytes = new byte[3 * SegmentBytes];
        new Random(1).NextBytes(bytes);
        using (var files = Open())
        {
            files.ReserveUntil(4 * SegmentBytes);
            files.Write(1000, bytes);
            files.Sync();
            Assert.Equal(bytes, Read(files, 1000, bytes.Length));
        }

        using var again = Open();
        Assert.Equal(bytes, Read(again, 1000, bytes.Length));
        Assert.Equal(4L * SegmentBytes, again.ReservedUntil);
    }

    [Fact]
    public void Write_NotReserved_Fails()
    {
        using var files = Open();
        files.ReserveUntil(1);
        Assert.Throws<IOException>(() => files.Write(SegmentBytes - 1, new byte[2]));
    }

    [Fact]
    public void Read_BeyondTheEnd_StopsThere()
    {
        using var files = Open();
        files.ReserveUntil(1);
        Assert.Equal(96, files.Read(4000, new byte[1000]));
        Assert.Equal(0, files.Read(SegmentBytes, new byte[1000]));
    }

    [Fact]
    public void DeleteBelow_MiddleOfASegment_KeepsThatOne()
    {
        using var files = Open();
        files.ReserveUntil(4 * SegmentBytes);
        files.DeleteBelow((2 * SegmentBytes) + 5);
        Assert.Equal(["segment.2", "segment.3"], Names());
        Assert.Equal(2L * SegmentBytes, files.ByteSize);
        Assert.False(files.Holds(SegmentBytes));
        Assert.True(files.Holds(2 * SegmentBytes));
    }

    [Fact]
    public void Open_SegmentMissingInTheMiddle_RefusedByName()
    {
        using (var files = Open())
            files.ReserveUntil(3 * SegmentBytes);
        File.Delete(_directory["segment.1"]);
        var error = Assert.Throws<StoreException>(() => Open().Dispose());
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Contains("segment.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LastSegmentHalfMade_IsMadeAgainWhenNeeded()
    {
        using (var files = Open())
            files.ReserveUntil(2 * SegmentBytes);
        File.WriteAllBytes(_directory["segment.1"], new byte[10]);
        using var again = Open();
        Assert.Equal(SegmentBytes, again.ReservedUntil);
        again.ReserveUntil(2 * SegmentBytes);
        again.Write(SegmentBytes, [7]);
        Assert.Equal(new byte[] { 7 }, Read(again, SegmentBytes, 1));
    }

    [Theory]
    [InlineData("segment.x")]
    [InlineData("segment.-1")]
    [InlineData("other")]
    public void Open_ForeignName_RefusedByName(string name)
    {
        File.WriteAllText(_directory[name], "");
        Assert.Contains(name, Assert.Throws<StoreException>(() => Open().Dispose()).Message, StringComparison.Ordinal);
    }

    private SegmentFiles Open() => SegmentFiles.Open(LinuxDisk.Instance, _directory.Path, SegmentBytes);

    private string[] Names() => [.. Directory.EnumerateFiles(_directory.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static byte[] Read(SegmentFiles files, long address, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, files.Read(address, bytes));
        return bytes;
    }
}
