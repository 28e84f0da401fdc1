using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Client;

/// <summary>What one call asks for besides its request.</summary>
public sealed record CallOptions
{
    internal static CallOptions Default { get; } = new();

    public Metadata Headers { get; init; } = new();

    /// <summary>Sent to the server and kept here; null: the channel's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Compress the request with gzip. A call that is written message by message says so for each, and needs this set to be able to.
    /// </summary>
    public bool Compress { get; init; }

    public CancellationToken Cancellation { get; init; }
}
