using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Manifest;

namespace Asteri.Engine.Tests.Storage.Manifest;

public sealed class TwoSlotFileTests : IDisposable
{
    private const uint Magic = 0x54534554;
    private const int SlotBytes = 4096;

    private readonly TempDirectory _directory = new();

    private string FilePath => _directory["two"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_NeverWritten_NoContentAndNoDamage()
    {
        TwoSlotFile.Create(LinuxDisk.Instance, FilePath, Magic, SlotBytes).Dispose();
        using var file = Open();
        Assert.Null(file.Content);
        Assert.Equal(0ul, file.Generation);
        Assert.False(file.IsDamaged);
    }

    [Fact]
    public void Open_AfterEachOfManyWrites_TheLastContent()
    {
        using var file = TwoSlotFile.Create(LinuxDisk.Instance, FilePath, Magic, SlotBytes);
        for (byte i = 1; i <= 9; i++)
        {
            file.Write(Enumerable.Repeat(i, i * 100).ToArray());
            using var again = Open();
            Assert.Equal(file.Content, again.Content);
            Assert.Equal((ulong)i, again.Generation);
            Assert.False(again.IsDamaged);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Open_NewestSlotDamaged_TheOlderOneAndTheDamageNamed(int writes)
    {
        WriteGenerations(writes);
        var slot = writes & 1;
        Flip((slot * SlotBytes) + TwoSlotFile.HeaderBytes);
        using var file = Open();
        Assert.Equal((ulong)writes - 1, file.Generation);
        Assert.Equal((byte[])[(byte)(writes - 1)], file.Content);
        Assert.Contains($"slot {slot} at offset {slot * SlotBytes}", file.Damage, StringComparison.Ordinal);
        file.Write("next"u8);
        using var again = Open();
        Assert.Equal("next"u8.ToArray(), again.Content);
        Assert.False(again.IsDamaged);
    }

    [Fact]
    public void Open_OlderSlotDamaged_TheNewerOneAndTheDamageNamed()
    {
        WriteGenerations(5);
        Flip(TwoSlotFile.HeaderBytes);
        using var file = Open();
        Assert.Equal((byte[])[5], file.Content);
        Assert.True(file.IsDamaged);
    }

    [Fact]
    public void Open_AnyBitOfTheHeaderOrContentFlipped_DamageOrTheSame()
    {
        WriteGenerations(5);
        for (var bit = 0; bit < (TwoSlotFile.HeaderBytes + 1) * 8; bit++)
        {
            Flip(SlotBytes + (bit / 8), 1 << (bit % 8));
            using (var file = Open())
                Assert.True(file.IsDamaged && file.Generation == 4, $"bit {bit}");
            Flip(SlotBytes + (bit / 8), 1 << (bit % 8));
        }
    }

    [Fact]
    public void Open_BothSlotsDamaged_NoContentAndBothNamed()
    {
        WriteGenerations(5);
        Flip(0);
        Flip(SlotBytes);
        using var file = Open();
        Assert.Null(file.Content);
        Assert.Contains("slot 0", file.Damage, StringComparison.Ordinal);
        Assert.Contains("slot 1", file.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileCutShort_DamageNamed()
    {
        WriteGenerations(5);
        using (var stream = new FileStream(FilePath, FileMode.Open))
            stream.SetLength(SlotBytes + 100);
        using var file = Open();
        Assert.Equal(4ul, file.Generation);
        Assert.Contains("ends after 100", file.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SlotsSwapped_NothingIsTaken()
    {
        WriteGenerations(5);
        var bytes = File.ReadAllBytes(FilePath);
        File.WriteAllBytes(FilePath, [.. bytes[SlotBytes..], .. bytes[..SlotBytes]]);
        using var file = Open();
        Assert.Null(file.Content);
        Assert.True(file.IsDamaged);
    }

    [Fact]
    public void Open_AnotherKindOfContent_Damage()
    {
        WriteGenerations(1);
        using var file = TwoSlotFile.Open(LinuxDisk.Instance, FilePath, Magic + 1, SlotBytes);
        Assert.Null(file.Content);
        Assert.Contains("kind of content", file.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_MoreThanASlot_RefusedWithTheLimit()
    {
        using var file = TwoSlotFile.Create(LinuxDisk.Instance, FilePath, Magic, SlotBytes);
        file.Write(new byte[SlotBytes - TwoSlotFile.HeaderBytes]);
        Assert.Contains("4072", Assert.Throws<ArgumentException>(() => file.Write(new byte[SlotBytes])).Message, StringComparison.Ordinal);
    }

    private void WriteGenerations(int count)
    {
        using var file = TwoSlotFile.Create(LinuxDisk.Instance, FilePath, Magic, SlotBytes);
        for (var i = 1; i <= count; i++)
            file.Write([(byte)i]);
    }

    private TwoSlotFile Open() => TwoSlotFile.Open(LinuxDisk.Instance, FilePath, Magic, SlotBytes);

    private void Flip(int offset, int mask = 1)
    {
        var bytes = File.ReadAllBytes(FilePath);
        bytes[offset] ^= (byte)mask;
        File.WriteAllBytes(FilePath, bytes);
    }
}
