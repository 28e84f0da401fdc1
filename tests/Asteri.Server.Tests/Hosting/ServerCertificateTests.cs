using System.Security.Cryptography;
using Asteri.Server.Hosting;
using Asteri.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Asteri.Server.Tests.Hosting;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-tls-").FullName;
    private readonly ManualTime _time = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void FindOrMake_Twice_IsTheSameCertificate()
    {
        string first = SelfSignedCertificate.FindOrMake(_directory, _time);
        string text = File.ReadAllText(first);

        Assert.Equal(first, SelfSignedCertificate.FindOrMake(_directory, _time));
        Assert.Equal(text, File.ReadAllText(first));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first));
    }

    [Fact]
    public void FindOrMake_NearlyExpired_MakesAnother()
    {
        string file = SelfSignedCertificate.FindOrMake(_directory, _time);
        string before = ServerCertificate.FingerprintOf(file);
        _time.Advance(TimeSpan.FromDays(800));

        Assert.NotEqual(before, ServerCertificate.FingerprintOf(SelfSignedCertificate.FindOrMake(_directory, _time)));
    }

    [Fact]
    public void Current_FileChanged_IsTheNewCertificate()
    {
        string file = SelfSignedCertificate.FindOrMake(_directory, _time);
        var certificate = Load(file);
        string before = certificate.Fingerprint;
        Replace(file);

        Assert.Equal(before, FingerprintOfCurrent(certificate));
        _time.Advance(TimeSpan.FromSeconds(6));
        string after = FingerprintOfCurrent(certificate);

        Assert.NotEqual(before, after);
        Assert.Equal(ServerCertificate.FingerprintOf(file), after);
    }

    [Fact]
    public void Current_FileBroken_KeepsTheOneInForce()
    {
        string file = SelfSignedCertificate.FindOrMake(_directory, _time);
        var certificate = Load(file);
        string before = certificate.Fingerprint;
        File.WriteAllText(file, "no certificate");
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(before, FingerprintOfCurrent(certificate));
    }

    [Fact]
    public void Load_KeyOfAnotherCertificate_IsRefused()
    {
        string mine = SelfSignedCertificate.FindOrMake(_directory, _time);
        string other = SelfSignedCertificate.FindOrMake(Path.Combine(_directory, "other"), _time);

        Assert.ThrowsAny<CryptographicException>(() => new ServerCertificate(mine, other, _time, NullLogger<ServerCertificate>.Instance));
    }

    private ServerCertificate Load(string file) => new(file, "", _time, NullLogger<ServerCertificate>.Instance);

    private static string FingerprintOfCurrent(ServerCertificate certificate) =>
        certificate.Current.ServerCertificateContext!.TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256);

    private void Replace(string file)
    {
        var written = File.GetLastWriteTimeUtc(file);
        File.Copy(SelfSignedCertificate.FindOrMake(Path.Combine(_directory, "new"), _time), file, overwrite: true);
        File.SetLastWriteTimeUtc(file, written.AddSeconds(2));
    }
}
