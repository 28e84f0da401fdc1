using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>Gzip of single messages, in both directions.</summary>
public sealed class CompressionTests
{
    private static readonly ByteString Payload = ByteString.CopyFrom(new byte[300_000]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Unary_EachDirectionOnItsOwn_ComesBack(bool there, bool back)
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Say, new() { Compress = there });
        var word = new Word { Payload = Payload, Compress = back };
        await call.WriteAsync(word, there);
        await call.CompleteAsync();
        Assert.Equal(word, Assert.Single(await CallShapeTests.ReadAllAsync(call)));
        Assert.Equal(back, call.ResponseCompressed);
    }

    [Fact]
    public async Task ClientStream_EveryOtherMessage_IsSeenAsSuch()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Join, new() { Compress = true });
        for (int i = 0; i < 10; i++) { await call.WriteAsync(new Word { Text = "x" }, compress: i % 2 == 0); }
        await call.CompleteAsync();
        Assert.Equal(5, Assert.Single(await CallShapeTests.ReadAllAsync(call)).Count);
    }

    [Fact]
    public async Task Duplex_EveryOtherAnswer_IsCompressed()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await using var answers = call.ReadAllAsync().GetAsyncEnumerator();
        for (int i = 0; i < 6; i++)
        {
            await call.WriteAsync(new Word { Compress = i % 2 == 1 });
            Assert.True(await answers.MoveNextAsync());
            Assert.Equal(i % 2 == 1, call.ResponseCompressed);
        }
    }

    [Fact]
    public async Task Write_CompressedInACallWithoutEncoding_IsTheCallersMistake()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.WriteAsync(new Word(), compress: true));
    }

    [Fact]
    public async Task Bomb_InARequest_IsRefusedAtTheLimit()
    {
        await using var node = await EchoNode.StartAsync(new() { Limits = _ => new() { MaxRequestBytes = 100_000 } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word { Payload = Payload }, new() { Compress = true }));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
        Assert.Contains("100,000", refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bomb_InAResponse_IsRefusedAtTheLimit()
    {
        await using var node = await EchoNode.StartAsync();
        using var channel = new RpcChannel(node.Address, new() { MaxResponseBytes = 100_000 });
        var word = new Word { Payload = Payload, Compress = true };
        var refused = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Word, Word>(EchoNode.Say, word));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
    }
}
