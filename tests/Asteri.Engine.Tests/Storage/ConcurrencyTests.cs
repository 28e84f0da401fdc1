using System.Text;
using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Read_BatchOfTwoKeys_WhoeverSeesOneNewSeesTheOther()
    {
        await using var rig = await StoreRig.OpenAsync();
        await WriteBothAsync(rig, 0);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (var reads = 0; ; reads++)
            {
                var first = Number(rig.Get("first"));
                var second = Number(rig.Get("second"));
                Assert.True(second >= first, $"{first}, then {second}");
                if (stop.IsCancellationRequested)
                    return reads;
            }
        })).ToArray();
        for (var i = 1; i <= 1500; i++)
            await WriteBothAsync(rig, i);
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
    }

    [Fact]
    public async Task Read_KeysThatComeAndGo_PresentOrAbsentNeverDamaged()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { CheckpointLogBytes = 100_000 });
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            while (!stop.IsCancellationRequested)
            {
                var key = $"{random.Next(20)}";
                if (rig.Get(key) is { } value)
                    Assert.StartsWith(key + " ", value, StringComparison.Ordinal);
                foreach (var entry in rig.Store.Scan(Things, default))
                    Assert.StartsWith(Encoding.UTF8.GetString(entry.Key) + " ", Encoding.UTF8.GetString(entry.Value.Bytes), StringComparison.Ordinal);
            }
        })).ToArray();
        var writer = new Random(99);
        for (var i = 0; i < 1500; i++)
        {
            var key = $"{writer.Next(20)}";
            if (writer.Next(2) == 0)
                await rig.DeleteAsync(key);
            else
                await rig.PutAsync(key, $"{key} {i} {new string('x', 800)}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal("", rig.Store.Status[0].Reason);
    }

    [Fact]
    public async Task Write_QueueFull_RefusedAndNothingWritten()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { MaxQueuedWrites = 2 });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(async () =>
        {
            try
            {
                await rig.PutAsync($"{i}", "x");
                return true;
            }
            catch (StoreException error) when (error.Fault == StoreFault.Overloaded)
            {
                return false;
            }
        })));
        Assert.Equal(outcomes.Count(written => written), rig.Store.Count(Things));
        for (var i = 0; i < outcomes.Length; i++)
            Assert.Equal(outcomes[i] ? "x" : null, rig.Get($"{i}"));
    }

    [Fact]
    public async Task Dispose_WhileManyReadAndWrite_EveryCallEndsAndAcknowledgedWritesStay()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2 });
        var acknowledged = new int[4];
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            try
            {
                for (var i = 1; ; i++)
                {
                    await rig.PutAsync($"{writer}-{i}", "x");
                    _ = rig.Get($"{writer}-{i}");
                    acknowledged[writer] = i;
                }
            }
            catch (StoreException error) when (error.Fault == StoreFault.Closed)
            {
            }
        })).ToArray();
        await Task.Delay(300);
        await rig.Store.DisposeAsync();
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        await rig.ReopenAsync();
        for (var writer = 0; writer < 4; writer++)
        {
            for (var i = 1; i <= acknowledged[writer]; i++)
                Assert.Equal("x", rig.Get($"{writer}-{i}"));
        }
    }

    [Fact]
    public async Task WaitFor_TokenOfAWrite_CompletesWhenItIsVisible()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 3 });
        var token = await rig.PutAsync("a", "one");
        await rig.Store.WaitForAsync(token, CancellationToken.None);
        var (lane, seq) = token.Seqs.Single();
        var next = rig.Store.WaitForAsync(new CommitToken(new Dictionary<int, ulong> { [lane] = seq + 1 }), CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        await rig.PutAsync("a", "two");
        await next.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static Task<CommitToken> WriteBothAsync(StoreRig rig, int number) => rig.Store.WriteAsync(
        rig.Store.NewBatch().Put(Things, Bytes("first"), Bytes($"{number}")).Put(Things, Bytes("second"), Bytes($"{number}"))).AsTask();

    private static int Number(string? value) => int.Parse(value!, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Write_OfSeveralLanesWhileOneIsReopened_LeavesTheOthersWhole()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 8 });
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var batch = rig.Store.NewBatch();
                for (var key = 0; key < 64; key++)
                    batch.Put(StoreRig.Things, StoreRig.Bytes($"{writer}-{key}"), StoreRig.Bytes($"{i}"));
                if (await Record.ExceptionAsync(async () => await rig.Store.WriteAsync(batch)) is { } refusal)
                {
                    Assert.True(refusal is StoreException { Fault: StoreFault.ReadOnly or StoreFault.Closed }, refusal.ToString());
                    await Task.Delay(1);
                }
            }
        })).ToArray();
        for (var round = 0; round < 60; round++)
        {
            await rig.Store.ReopenLaneAsync(round % 8).WaitAsync(TimeSpan.FromSeconds(30));
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(rig.Store.Status, lane => Assert.Equal("", lane.Reason));
        await using var image = await rig.OpenCrashImageAsync("image");
        Assert.All(image.Status, lane => Assert.Equal("", lane.Reason));
    }
}
