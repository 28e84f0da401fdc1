using System.Runtime.Versioning;
using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Tests.Storage.Disk;

[SupportedOSPlatform("linux")]
public sealed class LinuxDiskTests : DiskContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    private protected override IDisk Disk => LinuxDisk.Instance;

    private protected override string Root => _directory.Path;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_SymbolicLink_Refused()
    {
        WriteFile("target", "x"u8);
        File.CreateSymbolicLink(At("link"), At("target"));
        Assert.ThrowsAny<IOException>(() => Disk.Open(At("link"), DiskOpen.Existing));
        Assert.ThrowsAny<IOException>(() => Disk.Open(At("link"), DiskOpen.Any));
    }

    [Fact]
    public void Write_DiskIsFull_DiskFullException()
    {
        using var file = Disk.Open("/dev/full", DiskOpen.Existing);
        Assert.Contains("ENOSPC", Assert.Throws<DiskFullException>(() => file.Write(0, "x"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FileAndDirectory_ForTheOwnerOnly()
    {
        Disk.CreateDirectory(At("d"));
        WriteFile("d/a", "x"u8);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(At("d")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("d/a")));
    }
}
