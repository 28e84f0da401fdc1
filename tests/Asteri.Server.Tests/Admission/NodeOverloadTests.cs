using Asteri.Rpc.Calls;
using Asteri.Server.Tests.Hosting;
using Asteri.V1;
using Google.Rpc;

namespace Asteri.Server.Tests.Admission;

/// <summary>Overload of a real node over the wire.</summary>
public sealed class NodeOverloadTests
{
    [Fact]
    public async Task Calls_MoreThanTheNodeHasRoomFor_AreServedOrToldWhenToComeAgain()
    {
        await using var node = await TestNode.StartAsync(
            null, ("Admission:StartLimit", "2"), ("Admission:MaxLimit", "2"), ("Admission:MaxWaiting", "1"));
        await node.PutAsync("s", "k", "v");
        var refusals = new List<RpcException>();
        int served = 0;
        for (int round = 0; round < 50 && refusals.Count == 0; round++)
        {
            var calls = Enumerable.Range(0, 200).Select(i => node.PutAsync("s", $"k{i}", new string('v', 1_000))).ToList();
            await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);
            refusals.AddRange(calls.Where(c => c.IsFaulted).Select(c => Assert.IsType<RpcException>(c.Exception!.InnerException)));
            served += calls.Count(c => c.IsCompletedSuccessfully);
        }

        Assert.NotEmpty(refusals);
        Assert.True(served > 0);
        Assert.All(refusals, refused =>
        {
            Assert.Equal((RpcCode.Unavailable, "NODE_FULL"), (refused.Status.Code, refused.Detail<ErrorInfo>()?.Reason));
            Assert.NotNull(refused.Detail<RetryInfo>());
            Assert.True(refused.Trailers.TryGetText("grpc-retry-pushback-ms", out _));
        });
        Assert.Equal("v", await node.GetAsync("s", "k"));
    }

    /// <summary>A group commit lives on company: a node that has learned nothing yet lets it in.</summary>
    [Fact]
    public async Task Writers_SixtyFourAtOnceOnAFreshNode_AreAllServed()
    {
        await using var node = await TestNode.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
        {
            for (int i = 0; i < 10; i++) { await node.PutAsync("s", $"{writer}-{i}", "v"); }
        }));

        Assert.Equal("v", await node.GetAsync("s", "63-9"));
    }

    /// <summary>Room for work belongs to batches: streams that stay open, many more than there are slots, keep nobody out.</summary>
    [Fact]
    public async Task Streams_OpenAndIdle_HoldNoRoom()
    {
        await using var node = await TestNode.StartAsync(null, ("Admission:StartLimit", "2"), ("Admission:MaxLimit", "2"));
        var descriptor = TestNode.StoreService.FindMethodByName("StreamEntries");
        var streams = Enumerable.Range(0, 20).Select(_ => node.Channel.Start<StreamEntriesRequest, StreamEntriesResponse>(descriptor)).ToList();
        foreach (var stream in streams) { await stream.WriteAsync(new() { Space = "s", Writes = { TestNode.Put("k", "v") } }); }

        await node.PutAsync("s", "other", "v").WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("v", await node.GetAsync("s", "other"));
        foreach (var stream in streams) { await stream.DisposeAsync(); }
    }
}
