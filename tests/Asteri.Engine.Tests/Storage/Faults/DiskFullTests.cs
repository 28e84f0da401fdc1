using System.Diagnostics;
using Asteri.Engine.Crash;
using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;
using Xunit.Abstractions;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// A disk that others fill while a store writes. Writes are refused as OutOfSpace, at once and without a trace; reads go on; when there is room
/// again writes go on without reopening; nothing acknowledged is lost.
/// </summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Lanes = 2;
    private const int Writers = 4;
    private const long DiskBytes = 64 << 20;
    private const long MinFreeBytes = 6 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TmpfsFact]
    public async Task Write_UnderTheWatermark_RefusedAndGoesOnWhenThereIsRoom()
    {
        using var disk = new TmpfsMount(DiskBytes);
        var options = Options(disk) with { MinFreeBytes = MinFreeBytes };
        await FillAndFreeAsync(disk, options, leaveFree: MinFreeBytes - (1 << 20));
    }

    [TmpfsFact]
    public async Task Write_NotOneByteFree_RefusedAndGoesOnWhenThereIsRoom()
    {
        using var disk = new TmpfsMount(DiskBytes);
        await FillAndFreeAsync(disk, Options(disk), leaveFree: 0);
    }

    [TmpfsFact]
    public async Task CheckpointAndSnapshot_NotOneByteFree_FailByNameAndNothingIsLost()
    {
        using var disk = new TmpfsMount(DiskBytes);
        var options = Options(disk);
        var writers = NewWriters();
        await using var store = await Store.OpenAsync(options);
        await WriteAsync(store, writers, 30);
        Fill(disk, 0);

        await Assert.ThrowsAsync<StoreException>(() => store.CheckpointAsync().WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<Exception>(() => store.SnapshotAsync(disk["snapshot"]).WaitAsync(Patience));
        Assert.False(Directory.Exists(disk["snapshot"]));
        AssertWhole(store, writers);

        File.Delete(disk["filler"]);
        await WriteAsync(store, writers, 60);
        await store.CheckpointAsync().WaitAsync(Patience);
        await store.SnapshotAsync(disk["snapshot"]).WaitAsync(Patience);
        AssertWhole(store, writers);
    }

    /// <summary>Checkpoints often, so that the store itself stays small beside the disk.</summary>
    private static StoreOptions Options(TmpfsMount disk) => Program.OptionsOf(disk["store"], Lanes) with
    {
        CheckpointLogBytes = 2 << 20,
        LogRetentionBytes = 0,
    };

    private async Task FillAndFreeAsync(TmpfsMount disk, StoreOptions options, long leaveFree)
    {
        var writers = NewWriters();
        await using (var store = await Store.OpenAsync(options))
        {
            for (var round = 1; round <= 3; round++)
            {
                await WriteAsync(store, writers, writers.Max(writer => writer.Acknowledged) + 20);
                Fill(disk, leaveFree);
                output.WriteLine($"round {round}: refused after {(await RefusedAsync(store, writers)).TotalMilliseconds:F0} ms");
                Assert.Contains(store.Status, lane => lane.State == LaneState.ReadOnly && lane.Reason.Length > 0);
                AssertWhole(store, writers);
                File.Delete(disk["filler"]);
                output.WriteLine($"round {round}: goes on after {(await GoesOnAsync(store, writers)).TotalMilliseconds:F0} ms");
            }

            await WriteAsync(store, writers, writers.Max(writer => writer.Acknowledged) + 20);
            Assert.All(store.Status, lane => Assert.Equal(LaneState.Healthy, lane.State));
        }

        await using var again = await Store.OpenAsync(options);
        AssertWhole(again, writers);
    }

    /// <summary>Writes until a write of every writer was refused; how long the longest refusal took.</summary>
    private static async Task<TimeSpan> RefusedAsync(Store store, Writer[] writers)
    {
        var longest = TimeSpan.Zero;
        foreach (var writer in writers)
        {
            var start = Stopwatch.GetTimestamp();
            var error = await Assert.ThrowsAsync<StoreException>(() => SimulatedStore.WriteAsync(store, writer, () =>
            {
                start = Stopwatch.GetTimestamp();
                return false;
            }));
            Assert.Equal(StoreFault.OutOfSpace, error.Fault);
            var took = Stopwatch.GetElapsedTime(start);
            longest = took > longest ? took : longest;
        }

        // One second is promised; a machine that does other things may add to it.
        Assert.True(longest < TimeSpan.FromSeconds(5), $"a refusal took {longest}");
        return longest;
    }

    /// <summary>Tries until every writer is through again; the store is not touched otherwise.</summary>
    private static async Task<TimeSpan> GoesOnAsync(Store store, Writer[] writers)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var writer in writers)
        {
            var before = writer.Acknowledged;
            while (writer.Acknowledged == before)
            {
                try
                {
                    await SimulatedStore.WriteAsync(store, writer, () => writer.Acknowledged > before);
                }
                catch (StoreException error) when (error.Fault == StoreFault.OutOfSpace && Stopwatch.GetElapsedTime(start) < Patience)
                {
                    await Task.Delay(20);
                }
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Somebody else's file takes the room.</summary>
    private static void Fill(TmpfsMount disk, long leaveFree)
    {
        using var file = new FileStream(disk["filler"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 << 10];
        while (disk.FreeBytes > leaveFree)
            file.Write(block.AsSpan(0, (int)Math.Min(block.Length, disk.FreeBytes - leaveFree)));
    }

    private static Writer[] NewWriters() => [.. Enumerable.Range(0, Writers).Select(number => new Writer(Program.ShapeOf(seed: 5, Writers), number))];

    private static Task WriteAsync(Store store, Writer[] writers, long until) =>
        Task.WhenAll(writers.Select(writer => SimulatedStore.WriteAsync(store, writer, () => writer.Acknowledged >= until)));

    private static void AssertWhole(Store store, Writer[] writers) => Assert.Empty(new Verification(store, Program.Things, Lanes).Faults(writers));
}
