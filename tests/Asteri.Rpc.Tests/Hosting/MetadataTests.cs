using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>Metadata on its way there and back.</summary>
public sealed class MetadataTests
{
    [Fact]
    public async Task TextAndBytes_ComeBackAsHeadersAndTrailers()
    {
        await using var node = await EchoNode.StartAsync();
        byte[] bytes = [0xab, 0xab, 0x00, 0xff];
        var headers = new Metadata
        {
            { "x-echo", "a, b" }, { "x-echo", "c" }, { "x-echo-bin", bytes }, { "x-echo-bin", [] }, { "x-echo-bin", new byte[] { 1 } },
        };
        await using var call = node.Start(EchoNode.Join, new() { Headers = headers });
        await call.CompleteAsync();
        await CallShapeTests.ReadAllAsync(call);
        var texts = (await call.ResponseHeadersAsync).Where(e => e.Name == "x-echo").Select(e => e.Text);
        Assert.Equal("a, b, c", string.Join(", ", texts)); // HTTP may join the values of a name on the way.
        Assert.Equal([bytes, [], [1]], call.Trailers.Where(e => e.Name == "x-echo-bin").Select(e => e.Bytes!));
    }

    [Fact]
    public async Task ChannelHeaders_ReachEveryCall()
    {
        string? seen = null;
        await using var node = await EchoNode.StartAsync(new()
        {
            Interceptors = [(call, next) => { call.RequestHeaders.TryGetText("authorization", out seen); return next(); }],
        });
        using var channel = new RpcChannel(node.Address, new() { Headers = new() { { "authorization", "Bearer x" } } });
        await channel.UnaryAsync<Word, Word>(EchoNode.Say, new());
        Assert.Equal("Bearer x", seen);
    }

    [Fact]
    public async Task Trailers_OfARefusal_ComeWithTheException()
    {
        await using var node = await EchoNode.StartAsync();
        var options = new CallOptions { Headers = new() { { "x-echo-bin", new byte[] { 7 } } } };
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word { Refusal = new() { Code = 5 } }, options));
        Assert.True(refused.Trailers.TryGetBytes("x-echo-bin", out byte[]? bytes));
        Assert.Equal([7], bytes);
    }

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("grpc-anything")]
    [InlineData("te")]
    [InlineData("content-type")]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("x y")]
    [InlineData("x-bin")]
    public void Add_TextUnderAWrongName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new Metadata { { name, "v" } });

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("ž")]
    [InlineData("\u007f")]
    public void Add_TextThatIsNoText_IsRefused(string value) => Assert.Throws<ArgumentException>(() => new Metadata { { "x", value } });

    [Fact]
    public void Add_BytesUnderATextName_AreRefused() => Assert.Throws<ArgumentException>(() => new Metadata { { "x", new byte[] { 1 } } });

    [Fact]
    public void TryGet_OfRepeatedNames_FindsTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "a", "2" }, { "b-bin", new byte[] { 3 } } };
        Assert.True(metadata.TryGetText("a", out string? text));
        Assert.Equal("2", text);
        Assert.True(metadata.TryGetBytes("b-bin", out byte[]? bytes));
        Assert.Equal([3], bytes);
        Assert.False(metadata.TryGetText("c", out _));
    }
}
