using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// A store on a simulated disk, small enough that pages, segments, checkpoints and compaction turn over within a few hundred writes.
/// </summary>
internal static class SimulatedStore
{
    public const string Directory = "/data";

    public static readonly Space Things = new(RecordKind.Bytes, 7);

    /// <summary>Nothing may take longer: whatever does hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static StoreOptions Options(int lanes) => new()
    {
        Directory = Directory,
        Lanes = lanes,
        MaxKeyBytes = 64,
        MaxValueBytes = 2_000,
        MaxBatchBytes = 1 << 20,
        PageBytes = 8 << 10,
        SegmentBytes = 32 << 10,
        ValueMemoryBytes = 32 << 10,
        IndexBytes = 8 << 10,
        CheckpointLogBytes = 96 << 10,
        LogRetentionBytes = 32 << 10,
        RememberedRequests = 1_000,
        MinFreeBytes = 0,
        ScrubBytesPerSecond = 0,
    };

    public static PlanShape Shape(int seed, int writers) => new(seed, writers, Keys: 40, MaxOps: 12, MaxValueBytes: 1_900, LargeBatchBytes: 12_000);

    public static Task<Store> OpenAsync(SimulatedDisk disk, StoreOptions options) =>
        Store.OpenAsync(options, disk, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

    /// <summary>Writes a writer's batches one after the other until <paramref name="end"/> says so or the store refuses one.</summary>
    public static async Task WriteAsync(Store store, Writer writer, Func<bool> end)
    {
        while (!end())
        {
            await store.WriteAsync(writer.NextBatch(store, Things)).AsTask().WaitAsync(Patience);
            writer.Acknowledge();
        }
    }
}
