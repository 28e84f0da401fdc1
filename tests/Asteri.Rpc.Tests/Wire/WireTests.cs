using System.Buffers;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Tests.Echo;
using Asteri.Rpc.Tests.Hosting;
using static Asteri.Rpc.Tests.Wire.Http2;
using static Asteri.Rpc.Tests.Wire.RawCall;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>What is on the wire, byte by byte, where a well-behaved client cannot look or go.</summary>
public sealed class WireTests
{
    private static readonly Word Hello = new() { Text = "hello" };

    [Fact]
    public async Task Unary_IsHeadersMessageTrailers()
    {
        var reply = await CallAsync(Headers(), Frame(Hello));
        Assert.Equal((200, 0, 2), (reply.HttpStatus, reply.GrpcStatus, reply.HeaderBlocks));
        Assert.Equal(Frame(Hello), reply.Body);
        Assert.Null(reply[GrpcNames.Message]);
        Assert.Null(reply[GrpcNames.AcceptEncoding]);
    }

    [Fact]
    public async Task Refusal_WithoutAMessage_IsOneHeaderBlock()
    {
        var reply = await CallAsync(Headers(), Frame(new Word { Refusal = new() { Code = 5, Message = "ž" } }));
        Assert.Equal((200, 5, 1, 0), (reply.HttpStatus, reply.GrpcStatus, reply.HeaderBlocks, reply.Body.Count));
        Assert.Equal("%C5%BE", reply[GrpcNames.Message]);
    }

    [Theory]
    [InlineData("/asteri.rpc.tests.EchoService/Shout", "no method 'Shout'")]
    [InlineData("/asteri.rpc.tests.Echo/Say", "no service 'asteri.rpc.tests.Echo'")]
    [InlineData("/nothing", "no service")]
    [InlineData("/", "no service")]
    public async Task UnknownPath_IsUnimplementedInOneBlock(string path, string why)
    {
        var reply = await CallAsync(Headers(path), Frame(Hello));
        Assert.Equal((200, (int)RpcCode.Unimplemented, 1), (reply.HttpStatus, reply.GrpcStatus, reply.HeaderBlocks));
        Assert.Contains(why, reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    [InlineData("Application/GRPC")]
    public async Task ContentType_InOtherWords_IsServed(string type) =>
        Assert.Equal(0, (await CallAsync(Headers(Say, ("content-type", type)), Frame(Hello))).GrpcStatus);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web")]
    [InlineData("")]
    public async Task ContentType_ThatIsNotOurs_Is415(string type) =>
        Assert.Equal(415, (await CallAsync(Headers(Say, ("content-type", type)), Frame(Hello))).HttpStatus);

    [Fact]
    public async Task ContentTypeAndPath_ThatAreNotOurs_GoOnDownThePipeline() =>
        Assert.Equal(404, (await CallAsync(Headers("/page", ("content-type", "text/html")), [])).HttpStatus);

    [Fact]
    public async Task Verb_OtherThanPost_Is405() => Assert.Equal(405, (await CallAsync(Headers(Say, (":method", "PUT")), Frame(Hello))).HttpStatus);

    [Theory]
    [InlineData("1s")]
    [InlineData("123456789S")]
    [InlineData("soon")]
    public async Task Timeout_ThatIsNone_IsInvalid(string timeout)
    {
        var reply = await CallAsync(Headers(Say, (GrpcNames.Timeout, timeout)), Frame(Hello));
        Assert.Equal((int)RpcCode.InvalidArgument, reply.GrpcStatus);
        Assert.Contains($"'{timeout}'", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_ThatIsNoBase64_IsInvalidWhereItIsRead()
    {
        var reply = await CallAsync(Headers(Say, ("x-bad-bin", "???")), Frame(Hello));
        Assert.Equal((int)RpcCode.InvalidArgument, reply.GrpcStatus);
        Assert.Contains("'x-bad-bin'", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoding_ThatIsNotSpoken_IsUnimplementedAndNamesOurs()
    {
        var reply = await CallAsync(Headers(Say, (GrpcNames.Encoding, "br")), Frame(Hello, flag: 1));
        Assert.Equal((int)RpcCode.Unimplemented, reply.GrpcStatus);
        Assert.Equal("identity,gzip", reply[GrpcNames.AcceptEncoding]);
    }

    [Fact]
    public async Task Encoding_ThatIsNotUsed_DoesNotMatter() =>
        Assert.Equal(0, (await CallAsync(Headers(Say, (GrpcNames.Encoding, "br")), Frame(Hello))).GrpcStatus);

    [Fact]
    public async Task Length_AboveTheLimit_IsAnsweredBeforeTheMessageIsSent()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address);
        var (id, reply) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, id, Headers());
        WriteData(output, id, Frame([], length: uint.MaxValue), end: false);
        await connection.SendAsync(output.WrittenMemory);
        await reply.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((int)RpcCode.ResourceExhausted, reply.GrpcStatus);
    }

    [Fact]
    public async Task Message_CutIntoSingleBytesAndPadding_IsServed()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address);
        var (id, reply) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, id, Headers());
        foreach (byte b in Frame(Hello))
        {
            WriteFrame(output, FrameType.Data, Padded, id, [2, b, 0, 0]);
            WriteData(output, id, [], end: false);
        }

        WriteData(output, id, [], end: true);
        await connection.SendAsync(output.WrittenMemory);
        await reply.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, reply.GrpcStatus);
        Assert.Equal(Frame(Hello), reply.Body);
    }

    [Fact]
    public async Task Reset_ByTheClient_CancelsTheHandler()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address);
        var (id, _) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, id, Headers());
        WriteData(output, id, Frame(new Word { DelayMs = 60_000 }), end: true);
        await connection.SendAsync(output.WrittenMemory);
        await Eventually.TrueAsync(() => node.Handlers.Delayed == 1);
        output.ResetWrittenCount();
        WriteReset(output, id, error: 8);
        await connection.SendAsync(output.WrittenMemory);
        await Eventually.TrueAsync(() => node.Handlers.Cancelled == 1);
        Assert.Empty(node.Log.Lines);
    }

    [Fact]
    public async Task Stop_SaysGoAwayWithoutAnError()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address);
        Assert.Equal(0, (await connection.CallAsync(Headers(), Frame(Hello))).GrpcStatus);
        await node.StopAsync();
        await connection.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, connection.GoAway);
    }

    [Fact]
    public async Task Window_OfZero_KeepsTheAnswerUntilItOpens()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address, window: 0);
        var (id, reply) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, id, Headers());
        WriteData(output, id, Frame(Hello), end: true);
        await connection.SendAsync(output.WrittenMemory);
        await Eventually.TrueAsync(() => reply.HeaderBlocks == 1);
        Assert.Empty(reply.Body);
        output.ResetWrittenCount();
        WriteWindowUpdate(output, id, 1_000);
        await connection.SendAsync(output.WrittenMemory);
        await reply.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Frame(Hello), reply.Body);
    }

    [Fact]
    public async Task Deadline_WhileTheCallerLetsNothingThrough_ResetsTheStream()
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address, window: 10_000);
        var reply = await connection.CallAsync(
            Headers("/asteri.rpc.tests.EchoService/Repeat", (GrpcNames.Timeout, "200m")), Frame(new Word { Count = 100_000, Size = 2_000 }));
        Assert.Equal((200, null, 8), (reply.HttpStatus, reply.GrpcStatus, reply.Reset));
        Assert.Empty(node.Log.Lines);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task Stream_ThatIsSilentForLong_IsNotTakenForASlowOne()
    {
        await using var node = await EchoNode.StartAsync(ImpatientAboutRates);
        await using var connection = await RawConnection.OpenAsync(node.Address, window: 0);
        var (chat, chatted) = connection.NewStream();
        var (say, said) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, chat, Headers("/asteri.rpc.tests.EchoService/Chat", (GrpcNames.Timeout, "1M")));
        WriteData(output, chat, Frame(Hello), end: false);
        WriteHeaders(output, say, Headers(Say, (GrpcNames.Timeout, "1M")));
        WriteData(output, say, Frame(Hello).AsSpan(0, 7), end: false);
        await connection.SendAsync(output.WrittenMemory);
        await Task.Delay(5_000); // neither sends the client nor may the server
        output.ResetWrittenCount();
        WriteWindowUpdate(output, chat, 1_000);
        WriteData(output, chat, Frame(Hello), end: true);
        WriteWindowUpdate(output, say, 1_000);
        WriteData(output, say, Frame(Hello).AsSpan(7), end: true);
        await connection.SendAsync(output.WrittenMemory);
        await Task.WhenAll(chatted.Ended, said.Ended).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([.. Frame(Hello), .. Frame(Hello)], chatted.Body);
        Assert.Equal(Frame(Hello), said.Body);
        Assert.Equal((0, 0), (chatted.GrpcStatus, said.GrpcStatus));
    }

    /// <summary>Kestrel's own limits of pace, as tight as they can be.</summary>
    private static EchoSetup ImpatientAboutRates { get; } = new()
    {
        Kestrel = kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = new(1_000, TimeSpan.FromSeconds(1.1));
            kestrel.Limits.MinResponseDataRate = new(1_000, TimeSpan.FromSeconds(1.1));
        },
    };

    private static async Task<RawReply> CallAsync(List<(string Name, string Value)> headers, byte[] body)
    {
        await using var node = await EchoNode.StartAsync();
        await using var connection = await RawConnection.OpenAsync(node.Address);
        return await connection.CallAsync(headers, body);
    }
}
