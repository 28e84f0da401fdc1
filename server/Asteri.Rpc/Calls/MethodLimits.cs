namespace Asteri.Rpc.Calls;

/// <summary>What one call of a method may cost before its handler runs.</summary>
public sealed record MethodLimits
{
    public static MethodLimits Default { get; } = new();

    /// <summary>
    /// Largest request message in bytes, checked against the frame's own length before memory is taken, and again while it is decompressed.
    /// Default 4 MiB, as gRPC's.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 4 << 20;

    /// <summary>Largest response message in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 64 << 20;

    /// <summary>The deadline of callers that send none; <see cref="Timeout.InfiniteTimeSpan"/>: none.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longer deadlines are cut to this; <see cref="Timeout.InfiniteTimeSpan"/>: not cut.</summary>
    public TimeSpan MaxDeadline { get; init; } = Timeout.InfiniteTimeSpan;
}
