using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Client;

/// <summary>How a channel speaks to its server.</summary>
public sealed record RpcChannelOptions
{
    /// <summary>Headers of every call: "authorization: Bearer ast_…".</summary>
    public Metadata Headers { get; init; } = new();

    /// <summary>Largest response message in bytes. Default 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 << 20;

    /// <summary>Deadline of calls that name none. Default: none.</summary>
    public TimeSpan DefaultTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a connection may take to open. Default 10 s; a call's own deadline ends it earlier.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The SHA-256 fingerprint, in hex, of the one certificate that the server may show: whoever signed it, this one and no other is accepted.
    /// Null: what the system trusts.
    /// </summary>
    public string? ServerCertificateSha256 { get; init; }
}
