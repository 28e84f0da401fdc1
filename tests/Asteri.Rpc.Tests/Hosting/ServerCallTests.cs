using System.Net;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Tests.Echo;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>What a handler knows of its call, and what becomes of what it throws.</summary>
public sealed class ServerCallTests
{
    [Fact]
    public async Task Peer_IsTheSocketsOtherEnd()
    {
        ServerCall? seen = null;
        string peer = "";
        bool loopback = false;
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [(call, next) =>
            {
                (seen, peer, loopback) = (call, call.Peer, call.IsLoopback);
                return next();
            }],
        });
        await node.SayAsync(new Word());
        Assert.Equal(IPAddress.Loopback, IPEndPoint.Parse(peer).Address);
        Assert.True(loopback);
        Assert.Equal("/asteri.rpc.tests.EchoService/Say", seen!.Method.Path);
    }

    [Fact]
    public async Task RequestId_DiffersFromCallToCall()
    {
        var ids = new HashSet<string>();
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [(call, next) =>
            {
                ids.Add(call.RequestId);
                return next();
            }],
        });
        for (int i = 0; i < 20; i++) { await node.SayAsync(new Word()); }
        Assert.Equal(20, ids.Count);
    }

    [Fact]
    public async Task Cancellation_OfACallThatIsOver_IsCancelled()
    {
        ServerCall? kept = null;
        await using var node = await EchoNode.StartAsync(new() { Interceptors = [(call, next) => { kept = call; return next(); }] });
        await node.SayAsync(new Word());
        await Eventually.TrueAsync(() => kept!.Cancellation.IsCancellationRequested);
    }

    [Fact]
    public Task CancellationOfSomethingElse_IsTheServersFault() =>
        AssertInternalAsync(() => throw new OperationCanceledException("a request of the handler's own timed out"));

    [Fact]
    public Task Refusal_WithOk_IsTheServersFault() => AssertInternalAsync(() => throw new RpcException(RpcStatus.Ok));

    private static async Task AssertInternalAsync(Action handler)
    {
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [(_, next) =>
            {
                handler();
                return next();
            }],
        });
        var failed = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word()));
        Assert.Equal(RpcCode.Internal, failed.Status.Code);
        Assert.Single(node.Log.Lines);
    }
}
