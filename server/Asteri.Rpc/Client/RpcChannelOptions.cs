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
    /// How long a connection with calls under way may be silent before a ping asks whether the server is still there; 20 s without an answer end it.
    /// Default 6 minutes: gRPC's own servers break off with "too many pings" when an idle stream is pinged more often than every five. Ours do not,
    /// so that a channel to them may ask sooner.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>
    /// The SHA-256 fingerprint, in hex, of the one certificate that the server may show: whoever signed it, this one and no other is accepted.
    /// Null: what the system trusts.
    /// </summary>
    public string? ServerCertificateSha256 { get; init; }
}
