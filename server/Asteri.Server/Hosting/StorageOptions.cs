using System.Numerics;
using Asteri.Engine.Storage;

namespace Asteri.Server.Hosting;

/// <summary>Where the node keeps its bytes, and how. What each number means, and its default, is <see cref="StoreOptions"/>'.</summary>
internal sealed record StorageOptions
{
    private static readonly StoreOptions Defaults = new() { Directory = "./data" };

    /// <summary>
    /// The data directory: one process at a time. The store lies in its "store", and what belongs to the node but not to the store beside that.
    /// </summary>
    public string Directory { get; init; } = Defaults.Directory;

    /// <summary>Where snapshots are made, each in a directory of its own; empty: "snapshots" in the data directory.</summary>
    public string SnapshotDirectory { get; init; } = "";

    public int Lanes { get; init; } = Defaults.Lanes;

    public int MaxKeyBytes { get; init; } = Defaults.MaxKeyBytes;

    public int MaxValueBytes { get; init; } = Defaults.MaxValueBytes;

    public int MaxBatchBytes { get; init; } = Defaults.MaxBatchBytes;

    public int PageBytes { get; init; } = Defaults.PageBytes;

    public int SegmentBytes { get; init; } = Defaults.SegmentBytes;

    public long ValueMemoryBytes { get; init; } = Defaults.ValueMemoryBytes;

    public long IndexBytes { get; init; } = Defaults.IndexBytes;

    public long CheckpointLogBytes { get; init; } = Defaults.CheckpointLogBytes;

    public long LogRetentionBytes { get; init; } = Defaults.LogRetentionBytes;

    public int RememberedRequests { get; init; } = Defaults.RememberedRequests;

    public int MaxQueuedWrites { get; init; } = Defaults.MaxQueuedWrites;

    public long MinFreeBytes { get; init; } = Defaults.MinFreeBytes;

    public long ScrubBytesPerSecond { get; init; } = Defaults.ScrubBytesPerSecond;

    /// <summary>Where snapshots are made.</summary>
    public string SnapshotRoot => SnapshotDirectory.Length > 0 ? Path.GetFullPath(SnapshotDirectory) : InData("snapshots");

    /// <summary>The directory of the store in a data directory.</summary>
    public static string StoreIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "store");

    /// <summary>A name in the data directory.</summary>
    public string InData(string name) => Path.Combine(Path.GetFullPath(Directory), name);

    public StoreOptions ToStoreOptions() => new()
    {
        Directory = StoreIn(Directory),
        Lanes = Lanes,
        MaxKeyBytes = MaxKeyBytes,
        MaxValueBytes = MaxValueBytes,
        MaxBatchBytes = MaxBatchBytes,
        PageBytes = PageBytes,
        SegmentBytes = SegmentBytes,
        ValueMemoryBytes = ValueMemoryBytes,
        IndexBytes = IndexBytes,
        CheckpointLogBytes = CheckpointLogBytes,
        LogRetentionBytes = LogRetentionBytes,
        RememberedRequests = RememberedRequests,
        MaxQueuedWrites = MaxQueuedWrites,
        MinFreeBytes = MinFreeBytes,
        ScrubBytesPerSecond = ScrubBytesPerSecond,
    };

    /// <summary>All faults of these options, each with key, value, limit and remedy.</summary>
    public IEnumerable<string> Validate()
    {
        if (Directory.Length == 0) { yield return $"Storage:Directory: it is empty; name the data directory."; }
        if (File.Exists(Directory)) { yield return $"Storage:Directory: '{Directory}' is a file; name a directory, or one that is to be made."; }
        if (Lanes is < 0 or > 256) { yield return $"Storage:Lanes: {Lanes} is out of range; 1 to 256, or 0 for one a core."; }
        if (MaxKeyBytes is < 1 or > 65_535) { yield return $"Storage:MaxKeyBytes: {MaxKeyBytes} is out of range; 1 to 65535."; }
        if (MaxValueBytes < 1) { yield return $"Storage:MaxValueBytes: {MaxValueBytes} is less than 1."; }
        if (!BitOperations.IsPow2(PageBytes) || PageBytes < 2L * MaxValueBytes)
        {
            yield return $"Storage:PageBytes: {PageBytes} is not a power of two of at least twice Storage:MaxValueBytes ({MaxValueBytes}).";
        }

        if (!BitOperations.IsPow2(SegmentBytes) || SegmentBytes < PageBytes)
        {
            yield return $"Storage:SegmentBytes: {SegmentBytes} is not a power of two of at least Storage:PageBytes ({PageBytes}).";
        }

        if (!BitOperations.IsPow2(ValueMemoryBytes) || ValueMemoryBytes < 4L * PageBytes)
        {
            yield return $"Storage:ValueMemoryBytes: {ValueMemoryBytes} is not a power of two of at least four Storage:PageBytes ({PageBytes}).";
        }

        if (!BitOperations.IsPow2(IndexBytes) || IndexBytes < 64)
        {
            yield return $"Storage:IndexBytes: {IndexBytes} is not a power of two of at least 64.";
        }

        foreach (var (key, value) in new[]
        {
            ("MaxBatchBytes", (long)MaxBatchBytes), ("CheckpointLogBytes", CheckpointLogBytes), ("MaxQueuedWrites", MaxQueuedWrites),
        })
        {
            if (value < 1) { yield return $"Storage:{key}: {value} is less than 1."; }
        }

        foreach (var (key, value) in new[]
        {
            ("LogRetentionBytes", LogRetentionBytes), ("RememberedRequests", RememberedRequests),
            ("MinFreeBytes", MinFreeBytes), ("ScrubBytesPerSecond", ScrubBytesPerSecond),
        })
        {
            if (value < 0) { yield return $"Storage:{key}: {value} is negative."; }
        }
    }
}
