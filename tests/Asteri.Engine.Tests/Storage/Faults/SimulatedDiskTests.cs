using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Tests.Storage.Disk;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>The simulator keeps the disk's contract, and breaks only what a power cut may break.</summary>
public sealed class SimulatedDiskTests : DiskContract
{
    private readonly SimulatedDisk _disk = new(seed: 1);

    public SimulatedDiskTests()
    {
        _disk.CreateDirectory(Root);
        _disk.SyncDirectory("/");
    }

    private protected override IDisk Disk => _disk;

    private protected override string Root => "/disk";

    [Fact]
    public void AfterPowerCut_Synced_EverythingIsThere()
    {
        using (var file = _disk.Open(At("a"), DiskOpen.New))
        {
            file.Write(0, new byte[5000]);
            file.Write(100, "hello"u8);
            file.Sync();
        }

        _disk.SyncDirectory(Root);
        var before = _disk.ReadFile(At("a"));
        Assert.Equal(before, _disk.AfterPowerCut().ReadFile(At("a")));
    }

    [Fact]
    public void AfterPowerCut_WriteNotSynced_WholeOrNoneOrSectors()
    {
        var outcomes = Outcomes(disk =>
        {
            using var file = disk.Open(At("a"), DiskOpen.New);
            file.Allocate(2048);
            file.Sync();
            disk.SyncDirectory(Root);
            file.Write(256, Enumerable.Repeat((byte)1, 1024).ToArray());
        });
        var patterns = outcomes.Select(disk => disk.ReadFile(At("a"))).ToList();
        Assert.Contains(patterns, bytes => bytes.All(value => value == 0));
        Assert.Contains(patterns, bytes => bytes.Sum(value => value) == 1024);
        Assert.Contains(patterns, bytes => bytes.Sum(value => value) is > 0 and < 1024);
        // Sector borders only: 256 up to 512, whole sectors, 1024 up to 1280.
        Assert.All(patterns, bytes => Assert.All(
            new[] { (256, 512), (512, 1024), (1024, 1280) },
            part => Assert.Single(bytes[part.Item1..part.Item2].Distinct())));
        Assert.All(patterns, bytes => Assert.Equal(0, bytes[..256].Sum(value => value) + bytes[1280..].Sum(value => value)));
    }

    [Fact]
    public void AfterPowerCut_NameNotSynced_ThereOrNot()
    {
        var outcomes = Outcomes(disk =>
        {
            using var file = disk.Open(At("a"), DiskOpen.New);
            file.Write(0, "abc"u8);
            file.Sync();
        });
        Assert.Contains(outcomes, disk => disk.Exists(At("a")));
        Assert.Contains(outcomes, disk => !disk.Exists(At("a")));
    }

    [Fact]
    public void AfterPowerCut_RenameNotSynced_OldOrNewButNeverNeither()
    {
        var outcomes = Outcomes(disk =>
        {
            disk.PutFile(At("a"), "new"u8);
            disk.PutFile(At("b"), "old"u8);
            disk.Rename(At("a"), At("b"));
        });
        Assert.All(outcomes, disk => Assert.Equal(disk.Exists(At("a")) ? "old"u8.ToArray() : "new"u8.ToArray(), disk.ReadFile(At("b"))));
        Assert.Contains(outcomes, disk => disk.Exists(At("a")));
        Assert.Contains(outcomes, disk => !disk.Exists(At("a")));
    }

    [Fact]
    public void AfterPowerCut_DirectoryNotSynced_GoneWithEverythingInIt()
    {
        var outcomes = Outcomes(disk =>
        {
            disk.CreateDirectory(At("d"));
            disk.PutFile(At("d/a"), "x"u8);
        });
        Assert.Contains(outcomes, disk => disk.Exists(At("d/a")));
        Assert.Contains(outcomes, disk => !disk.Exists(At("d")));
    }

    [Fact]
    public void AfterPowerCut_SameSeed_SameOutcome()
    {
        Assert.Equal(Cut(9), Cut(9));

        byte[] Cut(int seed)
        {
            var disk = new SimulatedDisk(seed);
            disk.PutFile("/a", new byte[8192]);
            using var file = disk.Open("/a", DiskOpen.Existing);
            for (var i = 0; i < 20; i++)
                file.Write(i * 300, Enumerable.Repeat((byte)i, 700).ToArray());
            return disk.AfterPowerCut().ReadFile("/a");
        }
    }

    [Fact]
    public void AfterPowerCut_OldDisk_AnswersNothing()
    {
        using var file = _disk.Open(At("a"), DiskOpen.New);
        _disk.AfterPowerCut();
        Assert.Throws<IOException>(() => file.Write(0, "x"u8));
        Assert.Throws<IOException>(() => file.Read(0, new byte[1]));
        Assert.Throws<IOException>(file.Sync);
        Assert.Throws<IOException>(() => _disk.List(Root));
    }

    [Theory]
    [InlineData(DiskFault.IoError, 0)]
    [InlineData(DiskFault.Full, 0)]
    [InlineData(DiskFault.ShortWrite, 2)]
    public void FailAt_Write_OnlyThatOneFails(DiskFault fault, int written)
    {
        using var file = _disk.Open(At("a"), DiskOpen.New);
        _disk.FailAt(1, fault);
        file.Write(0, "1"u8);
        var error = Assert.ThrowsAny<IOException>(() => file.Write(10, "2345"u8));
        Assert.Equal(fault == DiskFault.Full, error is DiskFullException);
        Assert.Equal(written == 0 ? 1 : 10 + written, file.Length);
        Assert.Contains("Write", _disk.Failed, StringComparison.Ordinal);
        file.Write(0, "6"u8);
    }

    [Fact]
    public void FailAt_Sync_WritesAreLostForGoodThoughLaterSyncsSucceed()
    {
        var lost = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var disk = new SimulatedDisk(seed);
            disk.PutFile("/a", new byte[1]);
            using var file = disk.Open("/a", DiskOpen.Existing);
            file.Write(0, "x"u8);
            disk.FailAt(0, DiskFault.IoError);
            Assert.Throws<IOException>(file.Sync);
            Assert.Equal("x"u8.ToArray(), disk.ReadFile("/a"));
            file.Sync();
            lost += disk.AfterPowerCut().ReadFile("/a")[0] == 0 ? 1 : 0;
        }

        Assert.InRange(lost, 1, 29);
    }

    [Fact]
    public void FailAt_PowerCut_EverythingBehindItFailsToo()
    {
        using var file = _disk.Open(At("a"), DiskOpen.New);
        _disk.FailAt(0, DiskFault.PowerCut);
        Assert.Throws<IOException>(() => file.Write(0, "x"u8));
        Assert.Throws<IOException>(file.Sync);
    }

    [Fact]
    public void Write_BeyondTheCapacity_DiskFullUntilThereIsRoom()
    {
        _disk.Capacity = 1000;
        using var file = _disk.Open(At("a"), DiskOpen.New);
        file.Allocate(900);
        Assert.Throws<DiskFullException>(() => file.Allocate(1001));
        Assert.Throws<DiskFullException>(() => file.Write(990, new byte[20]));
        file.Write(0, new byte[900]);
        Assert.Equal(100, _disk.FreeBytes(Root));
        _disk.Capacity = 2000;
        file.Write(990, new byte[20]);
    }

    private static List<SimulatedDisk> Outcomes(Action<SimulatedDisk> script) => Enumerable.Range(0, 60).Select(seed =>
    {
        var disk = new SimulatedDisk(seed);
        disk.CreateDirectory("/disk");
        disk.SyncDirectory("/");
        script(disk);
        return disk.AfterPowerCut();
    }).ToList();
}
