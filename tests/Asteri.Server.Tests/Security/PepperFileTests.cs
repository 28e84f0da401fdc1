using System.Runtime.Versioning;
using Asteri.Server.Security;

namespace Asteri.Server.Tests.Security;

[SupportedOSPlatform("linux")]
public sealed class PepperFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("asteri-pepper-");

    private string FilePath => Path.Combine(_directory.FullName, "pepper");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void ReadOrMake_FirstStart_MakesAFileForItsOwnerAloneAndReadsItAgain()
    {
        byte[] made = PepperFile.ReadOrMake(FilePath);

        Assert.Equal(32, made.Length);
        Assert.Equal(made, PepperFile.ReadOrMake(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_directory.FullName));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void ReadOrMake_OthersMayTouchIt_IsRefused(UnixFileMode more)
    {
        PepperFile.ReadOrMake(FilePath);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        var refused = Assert.Throws<SecurityException>(() => PepperFile.ReadOrMake(FilePath));

        Assert.Contains("600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    [InlineData("zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n\n")]
    public void ReadOrMake_OtherContent_IsRefusedAndLeftAsItIs(string content)
    {
        PepperFile.ReadOrMake(FilePath);
        File.WriteAllText(FilePath, content);

        Assert.Throws<SecurityException>(() => PepperFile.ReadOrMake(FilePath));
        Assert.Equal(content, File.ReadAllText(FilePath));
    }

    [Fact]
    public void ReadOrMake_LeftOverOfAnInterruptedStart_IsReplaced()
    {
        File.WriteAllText(FilePath + ".new", "half");

        Assert.Equal(32, PepperFile.ReadOrMake(FilePath).Length);
    }

    [Fact]
    public void ReadOrMake_SymbolicLink_IsRefused()
    {
        string elsewhere = Path.Combine(_directory.FullName, "elsewhere");
        PepperFile.ReadOrMake(elsewhere);
        File.CreateSymbolicLink(FilePath, elsewhere);

        Assert.Throws<IOException>(() => PepperFile.ReadOrMake(FilePath));
    }
}
