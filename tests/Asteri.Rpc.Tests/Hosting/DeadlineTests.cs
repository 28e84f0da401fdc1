using Asteri.Rpc.Calls;
using Asteri.Rpc.Tests.Echo;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>Deadlines, on both sides.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private static readonly Word Slow = new() { DelayMs = 60_000 };

    [Fact]
    public async Task Timeout_OfTheCaller_EndsTheCallOnBothSides()
    {
        await using var node = await EchoNode.StartAsync();
        var late = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Slow, new() { Timeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(RpcCode.DeadlineExceeded, late.Status.Code);
        await Eventually.TrueAsync(() => node.Handlers.Cancelled == node.Handlers.Delayed);
    }

    [Fact]
    public async Task DefaultDeadline_OfTheMethod_EndsCallsThatNameNone()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { DefaultDeadline = Short } });
        var late = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Slow));
        Assert.Equal(RpcCode.DeadlineExceeded, late.Status.Code);
    }

    [Fact]
    public async Task MaxDeadline_OfTheMethod_CutsLongerOnes()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxDeadline = Short } });
        var late = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Slow, new() { Timeout = TimeSpan.FromHours(1) }));
        Assert.Equal(RpcCode.DeadlineExceeded, late.Status.Code);
    }

    [Fact]
    public async Task DefaultDeadline_WhileTheServerWaitsForRequests_EndsTheCall()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { DefaultDeadline = Short } });
        await using var call = node.Start(EchoNode.Join);
        await call.WriteAsync(new Word());
        var late = await Assert.ThrowsAsync<RpcException>(() => CallShapeTests.ReadAllAsync(call));
        Assert.Equal(RpcCode.DeadlineExceeded, late.Status.Code);
    }

    [Fact]
    public async Task Timeout_ThatHasPassedAlready_NeverRunsTheHandler()
    {
        await using var node = await EchoNode.StartAsync();
        var late = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word(), new() { Timeout = TimeSpan.Zero }));
        Assert.Equal(RpcCode.DeadlineExceeded, late.Status.Code);
    }

    [Fact]
    public async Task Remaining_IsWhatTheCallerAskedFor()
    {
        var remaining = TimeSpan.Zero;
        await using var node = await EchoNode.StartAsync(new() { Interceptors = [(call, next) => { remaining = call.Remaining; return next(); }] });
        await node.SayAsync(new Word(), new() { Timeout = TimeSpan.FromMinutes(5) });
        Assert.InRange(remaining, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Remaining_WithoutAnyDeadline_IsInfinite()
    {
        var remaining = TimeSpan.Zero;
        await using var node = await EchoNode.StartAsync(new()
        {
            Limits = _ => new() { DefaultDeadline = Timeout.InfiniteTimeSpan },
            Interceptors = [(call, next) => { remaining = call.Remaining; return next(); }],
        });
        await node.SayAsync(new Word());
        Assert.Equal(Timeout.InfiniteTimeSpan, remaining);
    }
}
