using System.Numerics;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage;

/// <summary>How a store keeps its bytes.</summary>
public sealed record StoreOptions
{
    /// <summary>No option allows longer keys.</summary>
    internal const int LongestKeyBytes = 16_384;

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

    /// <summary>Checks every option, and names all faults at once.</summary>
    /// <exception cref="StoreException">Invalid.</exception>
    public void Validate()
    {
        var faults = Faults().ToArray();
        if (faults.Length > 0)
            throw new StoreException(StoreFault.Invalid, "Storage options: " + string.Join(" ", faults));
    }

    private IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Directory))
            yield return "Directory is empty; name the directory that the data belongs in.";
        foreach (var fault in Ranges().Where(range => range.Value < range.Least || range.Value > range.Most))
            yield return $"{fault.Name} is {fault.Value}; it may be {fault.Least} to {fault.Most}.";
        foreach (var (name, value) in PowersOfTwo().Where(option => option.Value > 0 && !BitOperations.IsPow2(option.Value)))
            yield return $"{name} is {value}; it must be a power of two, for example {(long)BitOperations.RoundUpToPowerOf2((ulong)value)}.";
        if (PageBytes < 2L * MaxValueBytes)
            yield return $"PageBytes is {PageBytes}; it must be at least twice MaxValueBytes ({MaxValueBytes}), because a record lies on one page.";
        if (PageBytes < 4L * MaxKeyBytes)
            yield return $"PageBytes is {PageBytes}; it must be at least four times MaxKeyBytes ({MaxKeyBytes}), because a record lies on one page.";
        if (SegmentBytes < PageBytes)
            yield return $"SegmentBytes is {SegmentBytes}; it must be at least PageBytes ({PageBytes}).";
        if (ValueMemoryBytes < 4L * PageBytes)
            yield return $"ValueMemoryBytes is {ValueMemoryBytes}; it must be at least four pages ({4L * PageBytes}).";
        if (MaxBatchBytes < MaxValueBytes + MaxKeyBytes + LogOp.HeaderBytes)
            yield return $"MaxBatchBytes is {MaxBatchBytes}; one entry of the largest size takes {MaxValueBytes + MaxKeyBytes + LogOp.HeaderBytes}.";
    }

    private IEnumerable<(string Name, long Value, long Least, long Most)> Ranges() =>
    [
        (nameof(Lanes), Lanes, 0, 256),
        (nameof(MaxKeyBytes), MaxKeyBytes, 16, LongestKeyBytes),
        (nameof(MaxValueBytes), MaxValueBytes, 1, 256 << 20),
        (nameof(MaxBatchBytes), MaxBatchBytes, 1, 1 << 30),
        (nameof(PageBytes), PageBytes, 4096, 1 << 30),
        (nameof(SegmentBytes), SegmentBytes, 4096, 1 << 30),
        (nameof(ValueMemoryBytes), ValueMemoryBytes, 16_384, 1L << 40),
        (nameof(IndexBytes), IndexBytes, 4096, 1L << 30),
        (nameof(CheckpointLogBytes), CheckpointLogBytes, 4096, long.MaxValue),
        (nameof(LogRetentionBytes), LogRetentionBytes, 0, long.MaxValue),
        (nameof(RememberedRequests), RememberedRequests, 0, 16_777_216),
        (nameof(MaxQueuedWrites), MaxQueuedWrites, 1, 1_048_576),
        (nameof(MinFreeBytes), MinFreeBytes, 0, long.MaxValue),
        (nameof(ScrubBytesPerSecond), ScrubBytesPerSecond, 0, long.MaxValue),
    ];

    private IEnumerable<(string Name, long Value)> PowersOfTwo() =>
    [
        (nameof(PageBytes), PageBytes),
        (nameof(SegmentBytes), SegmentBytes),
        (nameof(ValueMemoryBytes), ValueMemoryBytes),
        (nameof(IndexBytes), IndexBytes),
    ];
}
