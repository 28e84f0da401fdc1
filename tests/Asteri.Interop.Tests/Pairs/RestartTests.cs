using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Asteri.Interop.Tests.Rows;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Tests.Pairs;

/// <summary>A server that goes away and comes back, under one channel of ours.</summary>
public sealed class RestartTests
{
    [PeerTheory]
    [InlineData("node")]
    [InlineData("python")]
    [InlineData("cpp")]
    public async Task OurClient_StockServerRestarts_FailsWhileItIsGoneAndGoesOnAfter(string server)
    {
        var peer = StockPeers.Find(server);
        var first = await PeerServer.StartAsync(peer);
        Uri address = new($"http://{first.Target}");
        using RpcChannel channel = new(address);
        var unary = InteropCase.Find("large_unary")!;

        var before = await unary.RunAsync(channel);
        await first.DisposeAsync();
        var between = await unary.RunAsync(channel);
        await using var second = await PeerServer.StartAsync(peer, address.Port);
        var after = await unary.RunAsync(channel);

        Assert.True(before.HasPassed, before.Detail);
        Assert.Contains("The server could not be asked", between.Detail);
        Assert.True(after.HasPassed, $"{after.Detail} {second.Words}");
    }
}
