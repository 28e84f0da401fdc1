using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>The four shapes of a call, with our client against our server.</summary>
public sealed class CallShapeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_043)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public async Task Unary_AnySize_ComesBack(int bytes)
    {
        await using var node = await EchoNode.StartAsync();
        var word = new Word { Text = "čau", Payload = Noise(bytes) };
        Assert.Equal(word, await node.SayAsync(word));
    }

    [Fact]
    public async Task ServerStream_ManyMessages_ComeInOrder()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Repeat);
        await call.WriteAsync(new Word { Text = "a", Count = 1_000, Size = 500 });
        await call.CompleteAsync();
        int next = 0;
        await foreach (var word in call.ReadAllAsync())
        {
            Assert.Equal(next++, word.Count);
            Assert.Equal(500, word.Payload.Length);
        }

        Assert.Equal(1_000, next);
    }

    [Fact]
    public async Task ServerStream_OfNothing_EndsWithOk()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Repeat);
        await call.WriteAsync(new Word());
        await call.CompleteAsync();
        await foreach (var _ in call.ReadAllAsync()) { Assert.Fail("Nothing was asked for."); }
    }

    [Fact]
    public async Task ClientStream_ManyMessages_AreJoined()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Join);
        for (int i = 0; i < 500; i++) { await call.WriteAsync(new Word { Text = "x", Payload = Noise(1_000) }); }
        await call.CompleteAsync();
        var joined = Assert.Single(await ReadAllAsync(call));
        Assert.Equal(500, joined.Text.Length);
        Assert.Equal(500_000, joined.Size);
    }

    [Fact]
    public async Task ClientStream_OfNothing_IsAnswered()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Join);
        await call.CompleteAsync();
        Assert.Equal("", Assert.Single(await ReadAllAsync(call)).Text);
    }

    [Fact]
    public async Task Duplex_PingPong_AnswersBeforeTheNextIsSent()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await using var answers = call.ReadAllAsync().GetAsyncEnumerator();
        for (int i = 0; i < 100; i++)
        {
            await call.WriteAsync(new Word { Count = i });
            Assert.True(await answers.MoveNextAsync());
            Assert.Equal(i, answers.Current.Count);
        }

        await call.CompleteAsync();
        Assert.False(await answers.MoveNextAsync());
    }

    [Fact]
    public async Task Unary_ManyAtOnce_AllComeBack()
    {
        await using var node = await EchoNode.StartAsync();
        var calls = Enumerable.Range(0, 300).Select(async i => Assert.Equal(i, (await node.SayAsync(new Word { Count = i })).Count));
        await Task.WhenAll(calls);
    }

    internal static async Task<List<Word>> ReadAllAsync(Rpc.Client.ClientCall<Word, Word> call)
    {
        var words = new List<Word>();
        await foreach (var word in call.ReadAllAsync()) { words.Add(word); }
        return words;
    }

    private static ByteString Noise(int bytes)
    {
        byte[] noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        return UnsafeByteOperations.UnsafeWrap(noise);
    }
}
