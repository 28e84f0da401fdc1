using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;
using Xunit.Abstractions;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// Runs a fixed script over and over, and lets its n-th disk operation fail, for every n. Whatever fails: what was acknowledged can be read on
/// at once, and is there after the store was opened again; the store says why it refuses, and neither hangs nor dies.
/// </summary>
public sealed class FailedOperationTests(ITestOutputHelper output)
{
    private const int Seed = 31;
    private const int Lanes = 2;

    private static StoreOptions Options => SimulatedStore.Options(Lanes) with { CheckpointLogBytes = 24 << 10 };

    [Theory]
    [InlineData(DiskFault.IoError, 0)]
    [InlineData(DiskFault.Full, 1)]
    [InlineData(DiskFault.ShortWrite, 2)]
    public async Task FailAt_EveryOperationOfAScript_NothingAcknowledgedIsLost(DiskFault fault, int offset)
    {
        var operations = await CountAsync();
        // The short form leaves some out, other ones for each fault.
        var isLong = LongForm.Factor > 1;
        var failed = 0;
        for (var n = isLong ? 0 : offset; n < operations; n += isLong || n < 60 ? 1 : 3)
        {
            var disk = new SimulatedDisk(Seed + n);
            disk.FailAt(n, fault);
            await RunAsync(disk, $"{fault} at operation {n}");
            failed += disk.Failed is null ? 0 : 1;
        }

        output.WriteLine($"{failed} of {operations} operations failed");
        Assert.True(failed > operations / 4, $"only {failed} of {operations} operations failed");
    }

    private static async Task<long> CountAsync()
    {
        var disk = new SimulatedDisk(Seed);
        var operations = await RunAsync(disk, "nothing");
        Assert.Null(disk.Failed);
        return operations;
    }

    /// <summary>
    /// The script: write, checkpoint, close, all of it twice; then without faults open, verify, write, and verify after a power cut. Returns
    /// the operations up to there.
    /// </summary>
    private static async Task<long> RunAsync(SimulatedDisk disk, string when)
    {
        var shape = SimulatedStore.Shape(Seed, writers: 1);
        Writer[] writers = [new Writer(shape, 0)];
        await LiveAsync(disk, writers, 12, when);
        await LiveAsync(disk, writers, 30, when);
        var operations = disk.Operations;
        disk.FailAt(long.MaxValue / 2, DiskFault.IoError);
        await using (var store = await SimulatedStore.OpenAsync(disk, Options))
        {
            AssertWhole(store, writers, $"{when} ({disk.Failed}), after opening again");
            await SimulatedStore.WriteAsync(store, writers[0], () => writers[0].Acknowledged >= 45);
            AssertWhole(store, writers, $"{when} ({disk.Failed}), at the end");
        }

        // A sync that failed may have lost writes that everybody still reads, and that later syncs do not bring back: a power cut shows it.
        await using var last = await SimulatedStore.OpenAsync(disk.AfterPowerCut(), Options);
        AssertWhole(last, writers, $"{when} ({disk.Failed}), after a power cut");
        return operations;
    }

    private static async Task LiveAsync(SimulatedDisk disk, Writer[] writers, int until, string when)
    {
        Store store;
        try
        {
            store = await SimulatedStore.OpenAsync(disk, Options);
        }
        catch (Exception error) when (error is IOException or StoreException && disk.Failed is not null)
        {
            return;
        }

        try
        {
            await SimulatedStore.WriteAsync(store, writers[0], () => writers[0].Acknowledged >= until);
            await store.CheckpointAsync().WaitAsync(SimulatedStore.Patience);
        }
        catch (StoreException error) when (disk.Failed is not null)
        {
            Assert.True(error.Fault is StoreFault.ReadOnly or StoreFault.OutOfSpace or StoreFault.Damaged, $"{when}: {error}");
            Assert.Contains(store.Status, lane => lane.State != LaneState.Healthy || lane.Reason.Length > 0);
        }

        if (store.Status.All(lane => lane.State != LaneState.Refused))
            AssertWhole(store, writers, $"{when} ({disk.Failed}), read on");
        try
        {
            await store.DisposeAsync().AsTask().WaitAsync(SimulatedStore.Patience);
        }
        catch (Exception error) when (error is IOException or StoreException && disk.Failed is not null)
        {
            // The close met the fault.
        }
    }

    private static void AssertWhole(Store store, Writer[] writers, string when)
    {
        var faults = new Verification(store, SimulatedStore.Things, Lanes).Faults(writers).ToArray();
        Assert.True(faults.Length == 0, $"{when}: {string.Join("\n", faults)}");
    }
}
