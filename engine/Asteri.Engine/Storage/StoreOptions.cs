namespace Asteri.Engine.Storage;

/// <summary>How a store keeps its bytes.</summary>
public sealed record StoreOptions
{
    /// <summary>Where everything lies. Made with mode 0700 when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>Lanes of a new store; 0: one per core, at most 16. An existing store keeps the number it was made with.</summary>
    public int Lanes { get; init; }

    /// <summary>Largest key in bytes.</summary>
    public int MaxKeyBytes { get; init; } = 1024;

    /// <summary>Largest value in bytes; must fit a page.</summary>
    public int MaxValueBytes { get; init; } = 1 << 20;

    /// <summary>Largest batch in bytes, over all its operations.</summary>
    public int MaxBatchBytes { get; init; } = 64 << 20;

    /// <summary>FASTER's page: a power of two, at least twice the largest value.</summary>
    public int PageBytes { get; init; } = 4 << 20;

    /// <summary>One file of the log or the value store: a power of two; the unit in which space comes back.</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Memory for values of one lane, in bytes: a power of two, at least four pages. More is served from the page cache.</summary>
    public long ValueMemoryBytes { get; init; } = 256L << 20;

    /// <summary>Memory for the hash index of one lane, in bytes, a power of two: 64 bytes serve two to seven keys.</summary>
    public long IndexBytes { get; init; } = 32L << 20;

    /// <summary>A checkpoint starts when the log has grown by this much since the last one.</summary>
    public long CheckpointLogBytes { get; init; } = 256L << 20;

    /// <summary>Log kept behind the last checkpoint for subscribers.</summary>
    public long LogRetentionBytes { get; init; } = 128L << 20;

    /// <summary>Batches whose request ids a lane remembers.</summary>
    public int RememberedRequests { get; init; } = 65_536;

    /// <summary>Requests that may wait for a lane's writer; more are refused as Overloaded.</summary>
    public int MaxQueuedWrites { get; init; } = 4_096;

    /// <summary>Writes are refused while the disk has less than this free.</summary>
    public long MinFreeBytes { get; init; } = 512L << 20;

    /// <summary>How fast the background scrub reads, in bytes a second; 0: no scrub.</summary>
    public long ScrubBytesPerSecond { get; init; } = 8L << 20;
}
