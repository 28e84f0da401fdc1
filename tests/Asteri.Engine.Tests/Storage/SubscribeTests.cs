using System.Text;
using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class SubscribeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Subscribe_FromTheBeginning_EveryOperationInOrder()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 300; i++)
            await rig.PutAsync($"{i % 10}", $"value {i}");
        await rig.DeleteAsync("3");
        await rig.Store.WriteAsync(rig.Store.NewBatch().Append(Things, Bytes("log"), Bytes("x")));
        var records = await TakeAsync(rig.Store, 1, 302);
        Assert.Equal(Enumerable.Range(1, 302).Select(seq => (ulong)seq), records.Select(record => record.Seq));
        Assert.All(records.Take(300), record => Assert.Equal($"value {record.Seq - 1}", Encoding.UTF8.GetString(record.Value!)));
        Assert.Null(records[300].Value);
        Assert.Equal([.. Bytes("log"), 0, 0, 0, 0, 0, 0, 1, 0x2E], records[301].Key);
    }

    [Fact]
    public async Task Subscribe_AtTheEnd_WaitsForMore()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "one");
        var waiting = TakeAsync(rig.Store, 2, 2);
        Assert.False(waiting.IsCompleted);
        await rig.PutAsync("a", "two");
        await rig.PutAsync("a", "three");
        Assert.Equal([2UL, 3UL], (await waiting).Select(record => record.Seq));
    }

    [Fact]
    public async Task Subscribe_MiddleOfABatch_StartsThere()
    {
        await using var rig = await StoreRig.OpenAsync();
        var batch = rig.Store.NewBatch();
        for (var i = 0; i < 200; i++)
            batch.Put(Things, Bytes($"{i}"), new byte[2000]);
        await rig.Store.WriteAsync(batch);
        Assert.Equal([150UL, 151UL], (await TakeAsync(rig.Store, 150, 2)).Select(record => record.Seq));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 30)]
    public async Task Subscribe_AfterReopenAndCheckpoint_GoesOnOrSaysThatTheLogIsGone(long retention)
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { LogRetentionBytes = retention });
        for (var i = 0; i < 200; i++)
            await rig.PutAsync($"{i}", new string('x', 4000));
        await rig.Store.CheckpointAsync();
        for (var i = 0; i < 20; i++)
            await rig.PutAsync($"{i}", "new");
        await rig.ReopenAsync();
        if (retention > 0)
            Assert.Equal(220, (await TakeAsync(rig.Store, 1, 220)).Count);
        else
            Assert.Equal(StoreFault.LogTruncated, (await Assert.ThrowsAsync<StoreException>(() => TakeAsync(rig.Store, 1, 1))).Fault);
        var next = TakeAsync(rig.Store, rig.Store.Now.Seqs[0] + 1, 1);
        await rig.PutAsync("a", "b");
        Assert.Equal(221UL, (await next)[0].Seq);
    }

    [Fact]
    public async Task Subscribe_WhileManyWrite_SeesAllOfThem()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { LogRetentionBytes = 1 << 30, CheckpointLogBytes = 200_000 });
        var reading = TakeAsync(rig.Store, 1, 2000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
                await rig.PutAsync($"{writer}-{i}", $"{i}");
        })));
        var records = await reading;
        Assert.Equal(2000, records.Select(record => Encoding.UTF8.GetString(record.Key)).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 2000).Select(seq => (ulong)seq), records.Select(record => record.Seq));
    }

    [Fact]
    public async Task Subscribe_CheckpointsMeanwhile_KeepWhatASlowReaderNeeds()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { CheckpointLogBytes = 1 << 30 });
        for (var i = 0; i < 200; i++)
            await rig.PutAsync($"{i}", new string('x', 4000));
        await using var slow = rig.Store.SubscribeAsync(0, 1, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        await rig.Store.CheckpointAsync();
        for (var seq = 2UL; seq <= 200; seq++)
        {
            Assert.True(await slow.MoveNextAsync());
            Assert.Equal(seq, slow.Current.Seq);
        }
    }

    [Fact]
    public async Task Subscribe_StoreCloses_IsTold()
    {
        await using var rig = await StoreRig.OpenAsync();
        var waiting = TakeAsync(rig.Store, 1, 1);
        await rig.Store.DisposeAsync();
        Assert.Equal(StoreFault.Closed, (await Assert.ThrowsAsync<StoreException>(() => waiting.WaitAsync(Patience))).Fault);
    }

    [Fact]
    public async Task Subscribe_Cancelled_Ends()
    {
        await using var rig = await StoreRig.OpenAsync();
        using var stop = new CancellationTokenSource();
        var waiting = TakeAsync(rig.Store, 1, 1, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    private static async Task<List<LaneRecord>> TakeAsync(Store store, ulong from, int count, CancellationToken cancellation = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var records = new List<LaneRecord>();
        await foreach (var record in store.SubscribeAsync(0, from, patience.Token))
        {
            records.Add(record);
            if (records.Count == count)
                break;
        }

        return records;
    }
}
