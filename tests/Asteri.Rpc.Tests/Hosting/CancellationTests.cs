using Asteri.Rpc.Calls;
using Asteri.Rpc.Tests.Echo;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>Cancellation from the client to the handler, and from a stopping server to its callers.</summary>
public sealed class CancellationTests
{
    private static readonly Word Wait = new() { DelayMs = 60_000 };

    [Fact]
    public async Task Token_OfTheCaller_CancelsTheHandler()
    {
        await using var node = await EchoNode.StartAsync();
        using var cancel = new CancellationTokenSource();
        var running = node.SayAsync(Wait, new() { Cancellation = cancel.Token });
        await Eventually.TrueAsync(() => node.Handlers.Delayed == 1);
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAsync<RpcException>(() => running);
        Assert.Equal(RpcCode.Cancelled, cancelled.Status.Code);
        await Eventually.TrueAsync(() => node.Handlers.Cancelled == 1);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_CancelsTheHandler()
    {
        await using var node = await EchoNode.StartAsync();
        await using (var call = node.Start(EchoNode.Chat))
        {
            await call.WriteAsync(new Word());
            await using var answers = call.ReadAllAsync().GetAsyncEnumerator();
            Assert.True(await answers.MoveNextAsync());
            await call.WriteAsync(Wait);
            await Eventually.TrueAsync(() => node.Handlers.Delayed == 1);
        }

        await Eventually.TrueAsync(() => node.Handlers.Cancelled == 1);
    }

    [Fact]
    public async Task Token_OfTheReader_EndsTheCall()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await call.WriteAsync(Wait);
        await Eventually.TrueAsync(() => node.Handlers.Delayed == 1);
        using var cancel = new CancellationTokenSource(50);
        var cancelled = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ReadAllAsync(cancel.Token)) { Assert.Fail("Nothing answers."); }
        });
        Assert.Equal(RpcCode.Cancelled, cancelled.Status.Code);
        await Eventually.TrueAsync(() => node.Handlers.Cancelled == 1);
    }

    [Fact]
    public async Task Stop_WithRunningCalls_LetsThemFinishWithinTheGrace()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await using var answers = call.ReadAllAsync().GetAsyncEnumerator();
        await call.WriteAsync(new Word { Count = 1 });
        Assert.True(await answers.MoveNextAsync());
        var stopped = node.StopAsync();
        await call.WriteAsync(new Word { Count = 2 });
        Assert.True(await answers.MoveNextAsync());
        await call.CompleteAsync();
        Assert.False(await answers.MoveNextAsync());
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Stop_AfterTheGrace_CancelsWithUnavailable()
    {
        await using var node = await EchoNode.StartAsync(new() { StopGrace = TimeSpan.FromMilliseconds(100) });
        var running = node.SayAsync(Wait, new() { Timeout = TimeSpan.FromMinutes(1) });
        await Eventually.TrueAsync(() => node.Handlers.Delayed == 1);
        await node.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var cancelled = await Assert.ThrowsAsync<RpcException>(() => running);
        Assert.Equal(RpcCode.Unavailable, cancelled.Status.Code);
        Assert.Equal(1, node.Handlers.Cancelled);
    }

    [Fact]
    public async Task Stop_ThenANewCall_IsUnavailable()
    {
        await using var node = await EchoNode.StartAsync();
        await node.SayAsync(new Word());
        await node.StopAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word()));
        Assert.Equal(RpcCode.Unavailable, refused.Status.Code);
    }
}
