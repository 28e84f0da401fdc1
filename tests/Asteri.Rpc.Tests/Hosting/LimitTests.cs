using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>Message sizes, interceptors, and the pace of a slow reader.</summary>
public sealed class LimitTests
{
    private static readonly Word Large = new() { Payload = ByteString.CopyFrom(new byte[200_000]) };

    [Fact]
    public async Task Request_AboveTheLimit_IsRefused()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxRequestBytes = 100_000 } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Large));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
        Assert.Contains("100,000", refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_FarAboveTheLimit_IsRefusedWhileItIsStillBeingSent()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxRequestBytes = 100_000 } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word { Payload = ByteString.CopyFrom(new byte[40_000_000]) }));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
    }

    [Fact]
    public async Task Request_AsLargeAsTheLimit_IsServed()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxRequestBytes = Large.CalculateSize() } });
        Assert.Equal(Large, await node.SayAsync(Large));
    }

    [Fact]
    public async Task Request_AboveKestrelsOwnLimit_IsServedWhenTheMethodAllowsIt()
    {
        await using var node = await EchoNode.StartAsync(new()
        {
            Limits = _ => new() { MaxRequestBytes = 1_000_000 },
            Kestrel = kestrel => kestrel.Limits.MaxRequestBodySize = 50_000,
        });
        Assert.Equal(Large, await node.SayAsync(Large));
    }

    [Fact]
    public async Task Response_AboveTheServersLimit_IsRefused()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxResponseBytes = 100_000 } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Large));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
    }

    [Fact]
    public async Task Response_AboveTheClientsLimit_IsRefused()
    {
        await using var node = await EchoNode.StartAsync();
        using var channel = new RpcChannel(node.Address, new() { MaxResponseBytes = 100_000 });
        var refused = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Word, Word>(EchoNode.Say, Large));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
    }

    [Fact]
    public async Task Interceptors_RunInTheirOrderAroundTheHandler()
    {
        var seen = new List<string>();
        RpcInterceptorOf log = name => async (call, next) =>
        {
            seen.Add($"{name} before {call.Method.Descriptor.Name}");
            await next();
            seen.Add($"{name} after");
        };
        await using var node = await EchoNode.StartAsync(new() { Interceptors = [log("first"), log("second")] });
        await node.SayAsync(new Word());
        Assert.Equal(["first before Say", "second before Say", "second after", "first after"], seen);
    }

    [Fact]
    public async Task Interceptor_ThatRefuses_KeepsTheHandlerFromRunning()
    {
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [(_, _) => throw new RpcException(RpcCode.Unauthenticated, "no key") { Trailers = new() { { "www", "x" } } }],
        });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word { Crash = true }));
        Assert.Equal(RpcCode.Unauthenticated, refused.Status.Code);
        Assert.True(refused.Trailers.TryGetText("www", out _));
        Assert.Empty(node.Log.Lines);
    }

    [Fact]
    public async Task Interceptor_ThatCallsNextTwice_IsFoundOut()
    {
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [async (_, next) => { await next(); await next(); }],
        });
        await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word()));
        Assert.Contains(node.Log.Lines, line => line.Contains("called next more than once", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowReader_OfAStream_SlowsItsHandler()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { DefaultDeadline = Timeout.InfiniteTimeSpan } });
        await using var call = node.Start(EchoNode.Chat);
        int sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 2_000; sent++) { await call.WriteAsync(Large); }
            await call.CompleteAsync();
        });
        await Eventually.TrueAsync(() => sent > 0);
        await Eventually.SettledAsync(() => sent);
        Assert.InRange(sent, 1, 1_000); // 400 MB are on offer; buffers on the way hold some MB.
        await call.DisposeAsync();
        await Assert.ThrowsAsync<RpcException>(() => sending);
    }

    private delegate Services.RpcInterceptor RpcInterceptorOf(string name);
}
