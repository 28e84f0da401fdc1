using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;
using Xunit.Abstractions;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// Cuts the power while a store opens, writes, checkpoints and closes. What was acknowledged is there afterwards, a batch under way is in whole
/// or not at all, and the store opens without help. <c>ASTERI_LONG</c> multiplies the number of cuts.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Cuts = 85;

    private static readonly int Lives = Cuts * LongForm.Factor;

    [Theory]
    [InlineData(101, 1, 1)]
    [InlineData(102, 1, 4)]
    [InlineData(103, 1, 4)]
    [InlineData(104, 2, 4)]
    [InlineData(105, 2, 6)]
    [InlineData(106, 3, 6)]
    public async Task PowerCut_AtAnyMoment_NothingAcknowledgedIsLost(int seed, int lanes, int writerCount)
    {
        var random = new Random(seed);
        var disk = new SimulatedDisk(seed);
        var options = SimulatedStore.Options(lanes);
        var shape = SimulatedStore.Shape(seed, writerCount);
        var writers = Enumerable.Range(0, writerCount).Select(number => new Writer(shape, number)).ToArray();
        for (var cut = 0; cut < Lives; cut++)
        {
            disk.FailAt(MomentOf(random), DiskFault.PowerCut);
            // One life in four ends with a close, which the cut may meet, or just miss.
            var most = random.Next(4) == 0 ? random.Next(60) : int.MaxValue;
            await RunAsync(disk, options, writers, most, $"seed {seed}, cut {cut}");
            disk = disk.AfterPowerCut();
        }

        await using var store = await SimulatedStore.OpenAsync(disk, options);
        AssertWhole(store, writers, lanes, $"seed {seed}, at the end");
        var batches = writers.Sum(writer => writer.Acknowledged);
        output.WriteLine($"{Lives} cuts, {batches} batches of {writers.Sum(writer => writer.AcknowledgedOps)} operations");
        Assert.True(batches > Lives);
    }

    /// <summary>Opens, verifies and writes until the power is gone.</summary>
    private static async Task RunAsync(SimulatedDisk disk, StoreOptions options, Writer[] writers, int batches, string when)
    {
        Store store;
        try
        {
            store = await SimulatedStore.OpenAsync(disk, options);
        }
        catch (Exception error) when (error is IOException or StoreException && disk.IsOff)
        {
            return;
        }

        if (!disk.IsOff)
            AssertWhole(store, writers, options.Lanes, when);
        var tasks = writers.Select(writer => Task.Run(() => WriteAsync(disk, store, writer, batches)));
        await Task.WhenAll(tasks).WaitAsync(SimulatedStore.Patience);
        try
        {
            await store.DisposeAsync().AsTask().WaitAsync(SimulatedStore.Patience);
        }
        catch (Exception error) when (error is IOException or StoreException && disk.IsOff)
        {
            // The close met the cut.
        }
    }

    private static async Task WriteAsync(SimulatedDisk disk, Store store, Writer writer, int batches)
    {
        try
        {
            await SimulatedStore.WriteAsync(store, writer, () => batches-- == 0);
        }
        catch (StoreException error) when (disk.IsOff && error.Fault is StoreFault.ReadOnly or StoreFault.Damaged)
        {
            // The end of this life.
        }
    }

    /// <summary>Often while the store opens, mostly while it writes.</summary>
    private static int MomentOf(Random random) => random.Next(8) switch
    {
        0 => random.Next(40),
        1 => random.Next(150),
        2 => random.Next(4_000),
        _ => random.Next(900),
    };

    private static void AssertWhole(Store store, Writer[] writers, int lanes, string when)
    {
        var faults = new Verification(store, SimulatedStore.Things, lanes).Faults(writers).ToArray();
        Assert.True(faults.Length == 0, $"{when}: {string.Join("\n", faults)}");
    }
}
