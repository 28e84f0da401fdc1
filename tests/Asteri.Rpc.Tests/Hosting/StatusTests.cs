using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;
using Google.Rpc;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>How a call ends, seen from the client.</summary>
public sealed class StatusTests
{
    [Theory]
    [InlineData(RpcCode.NotFound, "no such thing")]
    [InlineData(RpcCode.Unknown, "")]
    [InlineData(RpcCode.DataLoss, "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")]
    [InlineData(RpcCode.Unauthenticated, "100 % of \"it\" %41")]
    public async Task Refusal_OfAHandler_ArrivesAsItIs(RpcCode code, string message)
    {
        await using var node = await EchoNode.StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Refused(code, message)));
        Assert.Equal((code, message), (refused.Status.Code, refused.Status.Message));
    }

    [Fact]
    public async Task Refusal_WithDetails_BringsThem()
    {
        await using var node = await EchoNode.StartAsync();
        var word = new Word { Refusal = new() { Field = "text", Message = "is 9 long; at most 5" } };
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(word));
        Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        var violation = Assert.Single(refused.Detail<BadRequest>()!.FieldViolations);
        Assert.Equal(("text", "is 9 long; at most 5"), (violation.Field, violation.Description));
    }

    [Fact]
    public async Task Refusal_AfterSomeMessages_FollowsThem()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Repeat);
        var word = Refused(RpcCode.Aborted, "enough");
        word.Count = 3;
        await call.WriteAsync(word);
        await call.CompleteAsync();
        int seen = 0;
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ReadAllAsync()) { seen++; }
        });
        Assert.Equal((3, RpcCode.Aborted), (seen, refused.Status.Code));
    }

    [Fact]
    public async Task Refusal_InADuplexCall_EndsIt()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Chat);
        await call.WriteAsync(Refused(RpcCode.OutOfRange, "no"));
        var refused = await Assert.ThrowsAsync<RpcException>(() => CallShapeTests.ReadAllAsync(call));
        Assert.Equal(RpcCode.OutOfRange, refused.Status.Code);
    }

    [Fact]
    public async Task Crash_OfAHandler_IsInternalWithoutItsText()
    {
        await using var node = await EchoNode.StartAsync();
        var crash = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(new Word { Crash = true }));
        Assert.Equal(RpcCode.Internal, crash.Status.Code);
        Assert.DoesNotContain("secret", crash.Status.Message, StringComparison.Ordinal);
        string logged = Assert.Single(node.Log.Lines, line => line.Contains("secret of the server", StringComparison.Ordinal));
        Assert.Contains(crash.Status.Message.Split(' ')[^1].TrimEnd('.'), logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplementedAndNamed()
    {
        await using var node = await EchoNode.StartAsync();
        var other = Asteri.V1.StoreReflection.Descriptor.Services[0].Methods[0];
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.Channel.UnaryAsync<Word, Word>(other, new()));
        Assert.Equal(RpcCode.Unimplemented, refused.Status.Code);
        Assert.Contains(other.Service.FullName, refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyRequests_ForAUnaryMethod_IsInvalid()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Say);
        await call.WriteAsync(new Word());
        await call.WriteAsync(new Word());
        await call.CompleteAsync();
        await AssertInvalidAsync(call, "More than one");
    }

    [Fact]
    public async Task NoRequest_ForAUnaryMethod_IsInvalid()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Say);
        await call.CompleteAsync();
        await AssertInvalidAsync(call, "without a request");
    }

    [Fact]
    public async Task DeepNesting_IsInvalid()
    {
        await using var node = await EchoNode.StartAsync();
        var deep = new Word();
        for (int i = 0; i < 500; i++) { deep = new Word { Inner = deep }; }
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(deep));
        Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        Assert.Contains("nest", refused.Status.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task LongMessage_IsCutSoThatItsHeadersStaySmall()
    {
        await using var node = await EchoNode.StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.SayAsync(Refused(RpcCode.NotFound, new string('ž', 50_000))));
        Assert.Equal(RpcCode.NotFound, refused.Status.Code);
        Assert.InRange(refused.Status.Message.Length, 100, 2_048);
        Assert.All(refused.Status.Message, c => Assert.Equal('ž', c));
    }

    private static Word Refused(RpcCode code, string message) => new() { Refusal = new() { Code = (int)code, Message = message } };

    private static async Task AssertInvalidAsync(ClientCall<Word, Word> call, string why)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => CallShapeTests.ReadAllAsync(call));
        Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        Assert.Contains(why, refused.Status.Message, StringComparison.Ordinal);
    }
}
