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

    /// <summary>Check of the server's certificate beyond the system's trust: its SHA-256 fingerprint in hex; null: the system's trust alone.</summary>
    public string? ServerCertificateSha256 { get; init; }
}
