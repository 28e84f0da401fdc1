using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Asteri.Server.Hosting;

/// <summary>
/// The certificate of both ports, from PEM files that are read again when they change. A new pair that cannot be used is logged, and the one in force
/// stays. Thread-safe; a handshake never waits for the disk for longer than two file times take.
/// </summary>
internal sealed class ServerCertificate
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly Lock _reading = new();
    private volatile Loaded _loaded;
    private long _lookedAt;

    /// <exception cref="CryptographicException">The files are no certificate and key, or do not belong together.</exception>
    public ServerCertificate(string certificateFile, string keyFile, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_certificateFile, _keyFile, _time, _logger) = (certificateFile, keyFile, time, logger);
        _loaded = Load();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>SHA-256 of the certificate in force, in hex: what a client that does not trust its issuer compares.</summary>
    public string Fingerprint => _loaded.Fingerprint;

    /// <summary>What a handshake that starts now uses.</summary>
    public SslServerAuthenticationOptions Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookPeriod) { LookAgain(); }
            return _loaded.Options;
        }
    }

    /// <summary>The SHA-256 fingerprint of the first certificate in a PEM file.</summary>
    public static string FingerprintOf(string certificateFile)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    private void LookAgain()
    {
        if (!_reading.TryEnter()) { return; }
        try
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            if (Stamp() == _loaded.Stamp) { return; }
            _loaded = Load();
            _logger.LogInformation(
                "The certificate {File} has changed; new connections use it. SHA-256 {Fingerprint}", _certificateFile, _loaded.Fingerprint);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _logger.LogError("The changed certificate {File} cannot be used, the one in force stays: {Reason}", _certificateFile, e.Message);
        }
        finally
        {
            _reading.Exit();
        }
    }

    private Loaded Load()
    {
        var stamp = Stamp();
        var leaf = LoadLeaf();
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        var context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };

        return new(options, leaf.GetCertHashString(HashAlgorithmName.SHA256), stamp);
    }

    private X509Certificate2 LoadLeaf()
    {
        string keyFile = _keyFile.Length > 0 ? _keyFile : _certificateFile;
        try
        {
            return X509Certificate2.CreateFromPemFile(_certificateFile, keyFile);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new CryptographicException(
                $"{_certificateFile} (Server:Tls:CertificateFile) and {keyFile} (Server:Tls:KeyFile, or the same file) are not a certificate and its "
                + $"key in PEM: {e.Message}",
                e);
        }
    }

    private (DateTime, DateTime) Stamp() =>
        (File.GetLastWriteTimeUtc(_certificateFile), _keyFile.Length > 0 ? File.GetLastWriteTimeUtc(_keyFile) : default);

    private sealed record Loaded(SslServerAuthenticationOptions Options, string Fingerprint, (DateTime, DateTime) Stamp);
}
