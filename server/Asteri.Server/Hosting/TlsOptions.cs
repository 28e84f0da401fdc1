namespace Asteri.Server.Hosting;

/// <summary>The certificate of both ports.</summary>
internal sealed record TlsOptions
{
    /// <summary>Absent: TLS where the address requires it, or a certificate is given. true or false: always, or never.</summary>
    public bool? Enabled { get; init; }

    /// <summary>PEM file with the certificate and those that vouch for it. Read again when it changes.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file with the private key; empty: it is in <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>
    /// Where the self-signed certificate is kept that is made when TLS is on and no file is given; empty: "tls" in the data directory.
    /// </summary>
    public string SelfSignedDirectory { get; init; } = "";

    /// <summary>
    /// A proxy in front of the node ends TLS: other addresses than loopback are served without it. Keys are required, on loopback too.
    /// </summary>
    public bool TerminatedUpstream { get; init; }

    /// <summary>All faults of these options, each with key, value, limit and remedy.</summary>
    public IEnumerable<string> Validate()
    {
        if (KeyFile.Length > 0 && CertificateFile.Length == 0)
        {
            yield return $"Server:Tls:KeyFile: '{KeyFile}' is given without Server:Tls:CertificateFile; give both, or neither.";
        }

        foreach (var (key, file) in new[] { ("CertificateFile", CertificateFile), ("KeyFile", KeyFile) })
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                yield return $"Server:Tls:{key}: '{file}' is not there; name a PEM file that the node can read.";
            }
        }

        if (Enabled == true && TerminatedUpstream)
        {
            yield return $"Server:Tls:TerminatedUpstream: it is true while Server:Tls:Enabled is true; TLS ends here or upstream, not both.";
        }

        if (Enabled == false && CertificateFile.Length > 0)
        {
            yield return $"Server:Tls:CertificateFile: '{CertificateFile}' would not be used: Server:Tls:Enabled is false; take one of them out.";
        }
    }
}
