using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class CheckpointTests
{
    [Fact]
    public async Task Checkpoint_LongLog_GivesTheLogBack()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 400; i++)
            await rig.PutAsync($"{i % 20}", new string('x', 4000));
        var before = rig.Store.Status[0];
        await rig.Store.CheckpointAsync();
        var after = rig.Store.Status[0];
        Assert.True(after.LogBytes <= before.LogBytes / 2, $"{before.LogBytes} → {after.LogBytes}");
        Assert.Equal((400UL, 400UL, ""), (after.CheckpointSeq, after.LastSeq, after.Reason));
        await rig.ReopenAsync();
        Assert.Equal(20, rig.Store.Count(Things));
    }

    [Fact]
    public async Task Checkpoint_LogGrows_ComesByItself()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { CheckpointLogBytes = 100_000 });
        for (var i = 0; i < 200; i++)
            await rig.PutAsync($"{i}", new string('x', 4000));
        await WaitUntilAsync(() => rig.Store.Status[0].CheckpointSeq > 0);
        Assert.Equal("", rig.Store.Status[0].Reason);
    }

    [Fact]
    public async Task Checkpoint_WhileManyWrite_NothingIsLost()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2 });
        using var stop = new CancellationTokenSource();
        var checkpoints = Task.Run(async () =>
        {
            var taken = 0;
            for (; !stop.IsCancellationRequested; taken++)
                await rig.Store.CheckpointAsync();
            return taken;
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await rig.PutAsync($"{writer}-{i % 100}", $"{i} {new string('x', 500)}");
                if (i % 3 == 0)
                    await rig.DeleteAsync($"{writer}-{(i + 50) % 100}");
            }
        })));
        await stop.CancelAsync();
        Assert.True(await checkpoints > 1);
        var before = Contents(rig.Store);
        await rig.ReopenAsync();
        Assert.Equal(before, Contents(rig.Store));
        Assert.All(rig.Store.Status, lane => Assert.Equal("", lane.Reason));
    }

    [Fact]
    public async Task Reopen_ManyTimesWithSmallChanges_KeepsEverything()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var round = 0; round < 12; round++)
        {
            await rig.PutAsync($"{round}", $"value {round}");
            await rig.ReopenAsync();
            Assert.Equal(round + 1, rig.Keys().Length);
            Assert.Equal((ulong)round + 1, rig.Store.Status[0].LastSeq);
        }
    }

    [Fact]
    public async Task Compaction_MostValuesReplaced_GivesSpaceBack()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 100; i++)
            await rig.PutAsync($"kept-{i}", $"{i} {new string('k', 1000)}");
        for (var i = 0; i < 2000; i++)
            await rig.PutAsync($"hot-{i % 50}", $"{i} {new string('h', 2000)}");
        var before = rig.Store.Status[0].ValueBytes;
        for (var round = 0; round < 6; round++)
            await rig.Store.CheckpointAsync();
        var after = rig.Store.Status[0].ValueBytes;
        Assert.True(after < before / 2, $"{before} → {after}");
        await rig.ReopenAsync();
        Assert.Equal(150, rig.Store.Count(Things));
        for (var i = 0; i < 100; i++)
            Assert.StartsWith($"{i} k", rig.Get($"kept-{i}"), StringComparison.Ordinal);
        for (var i = 1950; i < 2000; i++)
            Assert.StartsWith($"{i} h", rig.Get($"hot-{i % 50}"), StringComparison.Ordinal);
    }

    internal static Dictionary<string, (ulong Seq, string Bytes)> Contents(Store store) => store.Scan(Things, default)
        .ToDictionary(entry => Convert.ToHexString(entry.Key), entry => (entry.Value.Seq, Convert.ToHexString(entry.Value.Bytes)));

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(20);
        Assert.True(condition());
    }
}
