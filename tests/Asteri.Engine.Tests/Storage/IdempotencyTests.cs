using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class IdempotencyTests
{
    private static readonly RequestId Request = new(7, 8);

    [Fact]
    public async Task Write_SameRequestAgain_IsTheSameWrite()
    {
        await using var rig = await StoreRig.OpenAsync();
        var first = await rig.PutAsync("a", "one", Request);
        await rig.PutAsync("a", "two");
        var again = await rig.PutAsync("a", "one", Request);
        Assert.Equal(first.Seqs[0], again.Seqs[0]);
        Assert.Equal("two", rig.Get("a"));
        Assert.Equal(2UL, rig.Store.Status[0].LastSeq);
    }

    [Fact]
    public async Task Write_SameRequestWithOtherOperations_Refused()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "one", Request);
        var error = await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("a", "other", Request));
        Assert.Equal(StoreFault.RequestIdReused, error.Fault);
        Assert.Equal("one", rig.Get("a"));
        await rig.PutAsync("b", "the lane goes on");
    }

    [Fact]
    public async Task Write_SameRequestManyTimesAtOnce_OneWrite()
    {
        await using var rig = await StoreRig.OpenAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => rig.PutAsync("a", "one", Request))));
        Assert.All(tokens, token => Assert.Equal(1UL, token.Seqs[0]));
        Assert.Equal(1UL, rig.Store.Status[0].LastSeq);
    }

    [Fact]
    public async Task Write_SameRequestAtOnceWithOtherOperations_OneWins()
    {
        await using var rig = await StoreRig.OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            try
            {
                await rig.PutAsync("a", $"value {i % 2}", Request);
                return $"value {i % 2}";
            }
            catch (StoreException error) when (error.Fault == StoreFault.RequestIdReused)
            {
                return null;
            }
        })));
        Assert.Single(outcomes.OfType<string>().Distinct());
        Assert.Equal(outcomes.OfType<string>().First(), rig.Get("a"));
        Assert.Equal(1UL, rig.Store.Status[0].LastSeq);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_SameRequestAfterReopen_IsTheSameWrite(bool withCheckpoint)
    {
        await using var rig = await StoreRig.OpenAsync();
        var batch = rig.Store.NewBatch(Request);
        for (var i = 0; i < 100; i++)
            batch.Put(Things, Bytes($"{i}"), new byte[3000]);
        var first = await rig.Store.WriteAsync(batch);
        if (withCheckpoint)
            await rig.Store.CheckpointAsync();
        await rig.PutAsync("after", "x");
        await rig.ReopenAsync();
        var retry = rig.Store.NewBatch(Request);
        for (var i = 0; i < 100; i++)
            retry.Put(Things, Bytes($"{i}"), new byte[3000]);
        Assert.Equal(first.Seqs[0], (await rig.Store.WriteAsync(retry)).Seqs[0]);
        Assert.Equal(101UL, rig.Store.Status[0].LastSeq);
    }

    [Fact]
    public async Task Write_MoreRequestsThanAreRemembered_TheOldestIsForgotten()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { RememberedRequests = 3 });
        for (ulong i = 1; i <= 4; i++)
            await rig.PutAsync("a", $"{i}", new RequestId(0, i));
        Assert.Equal(4UL, (await rig.PutAsync("a", "4", new RequestId(0, 4))).Seqs[0]);
        Assert.Equal(5UL, (await rig.PutAsync("a", "1", new RequestId(0, 1))).Seqs[0]);
    }
}
