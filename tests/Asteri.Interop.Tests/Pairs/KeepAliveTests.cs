using Asteri.Interop.Service;
using Asteri.Rpc.Client;
using Grpc.Testing;

namespace Asteri.Interop.Tests.Pairs;

/// <summary>Servers on gRPC's own core break off an idle stream that is pinged often, so a channel pings seldom by default. Ours does not.</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public async Task ReadAllAsync_IdleStreamPingedEverySecond_OurServerGoesOn()
    {
        await using var host = await TestHost.StartAsync(0);
        using RpcChannel channel = new(new Uri($"http://{host.Target}"), new RpcChannelOptions { KeepAlive = TimeSpan.FromSeconds(1) });
        var method = TestReflection.Descriptor.Services.Single(s => s.Name == "TestService").FindMethodByName("StreamingOutputCall");
        await using var call = channel.Start<StreamingOutputCallRequest, StreamingOutputCallResponse>(method);

        await call.WriteAsync(new StreamingOutputCallRequest
        {
            ResponseParameters = { new ResponseParameters { Size = 1 }, new ResponseParameters { Size = 1, IntervalUs = 6_000_000 } },
        });
        await call.CompleteAsync();
        int count = 0;
        await foreach (var response in call.ReadAllAsync()) { count += response.Payload.Body.Length; }

        Assert.Equal(2, count);
    }
}
