using System.Runtime.Versioning;
using Asteri.Compute.Os;

namespace Asteri.Compute.Tests.Os;

[SupportedOSPlatform("linux")]
public sealed class PosixFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-os-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Open_NewFile_OnlyItsOwnerMayReadIt()
    {
        using (PosixFile.Open(At("a"), FileMode.CreateNew))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("a")));
    }

    [Fact]
    public void Open_SymbolicLink_RefusedByName()
    {
        File.WriteAllText(At("target"), "x");
        File.CreateSymbolicLink(At("link"), At("target"));
        var error = Assert.Throws<IOException>(() => PosixFile.Open(At("link"), FileMode.Open));
        Assert.Contains("ELOOP", error.Message, StringComparison.Ordinal);
        Assert.Contains(At("link"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Directory_Refused()
    {
        var error = Assert.Throws<IOException>(() => PosixFile.Open(_directory, FileMode.Open));
        Assert.Contains("EISDIR", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Device_Refused() => Assert.ThrowsAny<IOException>(() => PosixFile.Open("/dev/tty", FileMode.Open));

    [Fact]
    public void Open_Absent_FileNotFound() => Assert.Throws<FileNotFoundException>(() => PosixFile.Open(At("none"), FileMode.Open));

    [Fact]
    public void Open_NewButThere_RefusedByName()
    {
        File.WriteAllText(At("a"), "x");
        Assert.Contains("EEXIST", Assert.Throws<IOException>(() => PosixFile.Open(At("a"), FileMode.CreateNew)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadWrite_AnywhereInTheFile_TheSameBytes()
    {
        using var file = PosixFile.Open(At("a"), FileMode.CreateNew);
        PosixFile.Write(file, "a", 100, "hello"u8);
        PosixFile.Sync(file, "a");
        var buffer = new byte[10];
        Assert.Equal(7, PosixFile.Read(file, "a", 98, buffer));
        Assert.Equal([0, 0, .. "hello"u8, 0, 0, 0], buffer);
        Assert.Equal(105, PosixFile.Length(file, "a"));
        Assert.Equal(0, PosixFile.Read(file, "a", 105, buffer));
    }

    [Fact]
    public void Allocate_PastTheEnd_LongerAndZero()
    {
        using var file = PosixFile.Open(At("a"), FileMode.CreateNew);
        PosixFile.Write(file, "a", 0, "hello"u8);
        PosixFile.Allocate(file, "a", 1 << 20);
        Assert.Equal(1 << 20, PosixFile.Length(file, "a"));
        var buffer = new byte[16];
        PosixFile.Read(file, "a", 0, buffer);
        Assert.Equal([.. "hello"u8, .. new byte[11]], buffer);
    }

    [Fact]
    public void Write_DeviceThatIsFull_DiskFull()
    {
        using var file = PosixFile.Open("/dev/full", FileMode.Open);
        var error = Assert.Throws<IOException>(() => PosixFile.Write(file, "/dev/full", 0, "x"u8));
        Assert.True(PosixError.IsDiskFull(error));
        Assert.Contains("ENOSPC", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rename_OverAnother_ReplacesIt()
    {
        File.WriteAllText(At("a"), "new");
        File.WriteAllText(At("b"), "old");
        PosixFile.Rename(At("a"), At("b"));
        PosixFile.SyncDirectory(_directory);
        Assert.Equal("new", File.ReadAllText(At("b")));
        Assert.False(File.Exists(At("a")));
    }

    [Fact]
    public void Create_DirectoryWithParents_OnlyItsOwnerMayEnter()
    {
        PosixDirectory.Create(At("x/y"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(At("x")));
        Assert.True(PosixDirectory.FreeBytes(At("x/y")) > 0);
    }

    private string At(string name) => Path.Combine(_directory, name);
}
