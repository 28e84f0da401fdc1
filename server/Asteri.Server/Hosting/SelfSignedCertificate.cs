using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Asteri.Server.Hosting;

/// <summary>
/// The certificate of a node that was given none: self-signed, P-256, kept in its directory so that its fingerprint stays the same over restarts, and
/// made anew when it has less than a month left. It keeps eavesdroppers out; who the node is, a client knows by the fingerprint that the node prints.
/// </summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);
    private static readonly TimeSpan LeastLeft = TimeSpan.FromDays(30);

    /// <summary>The file of both certificate and key, in mode 0600; made when it is not there.</summary>
    public static string FindOrMake(string directory, TimeProvider time)
    {
        string file = FileIn(directory);
        if (File.Exists(file))
        {
            using var known = X509CertificateLoader.LoadCertificateFromFile(file);
            if (known.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime > LeastLeft) { return file; }
        }

        Directory.CreateDirectory(directory);
        string unfinished = file + ".new";
        File.Delete(unfinished);
        var mine = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };

        using (var writer = new StreamWriter(unfinished, mine)) { writer.Write(Make(time.GetUtcNow())); }
        File.Move(unfinished, file, overwrite: true);
        return file;
    }

    public static string FileIn(string directory) => Path.Combine(directory, "self-signed.pem");

    private static string Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=asteri", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
