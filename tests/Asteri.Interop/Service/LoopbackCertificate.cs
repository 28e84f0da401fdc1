using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Asteri.Interop.Service;

/// <summary>A certificate for 127.0.0.1, made for one run and signed by itself. The file by which clients know it is deleted with it.</summary>
public sealed class LoopbackCertificate : IDisposable
{
    private LoopbackCertificate(X509Certificate2 certificate)
    {
        Certificate = certificate;
        File.WriteAllText(FilePath, certificate.ExportCertificatePem());
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate alone, PEM.</summary>
    public string FilePath { get; } = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.pem");

    /// <summary>SHA-256 of the certificate, in hex.</summary>
    public string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public static LoopbackCertificate Create(TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Asteri interop", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = clock.GetUtcNow();
        return new(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)));
    }

    public void Dispose()
    {
        File.Delete(FilePath);
        Certificate.Dispose();
    }
}
