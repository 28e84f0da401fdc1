using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Client;

/// <summary>What one call asks for besides its request.</summary>
public sealed record CallOptions
{
    public Metadata Headers { get; init; } = new();

    /// <summary>Sent to the server and kept here; null: the channel's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Compress the request messages with gzip.</summary>
    public bool Compress { get; init; }

    public CancellationToken Cancellation { get; init; }
}
