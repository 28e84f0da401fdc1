using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;
using Asteri.Rpc.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Asteri.Rpc.Tests.Client;

/// <summary>What the client says of replies that are wrong, or not gRPC at all.</summary>
public sealed class StrangeReplyTests
{
    [Theory]
    [InlineData(400, RpcCode.Internal)]
    [InlineData(401, RpcCode.Unauthenticated)]
    [InlineData(403, RpcCode.PermissionDenied)]
    [InlineData(404, RpcCode.Unimplemented)]
    [InlineData(429, RpcCode.Unavailable)]
    [InlineData(500, RpcCode.Unknown)]
    [InlineData(503, RpcCode.Unavailable)]
    public Task HttpStatus_WithoutGrpc_IsMapped(int status, RpcCode code) => AssertEndsAsync(code, $"HTTP status {status}", context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    [Fact]
    public Task HttpStatus_WithAGrpcStatus_YieldsToIt() => AssertEndsAsync(RpcCode.Aborted, "mine", context =>
    {
        context.Response.StatusCode = 503;
        context.Response.Headers["grpc-status"] = "10";
        context.Response.Headers["grpc-message"] = "mine";
        return Task.CompletedTask;
    });

    [Fact]
    public Task ContentType_ThatIsNotGrpc_IsUnknownAndNamed() => AssertEndsAsync(RpcCode.Unknown, "text/html", context =>
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("hello");
    });

    [Fact]
    public Task Reply_WithoutStatus_IsUnknown() => AssertEndsAsync(RpcCode.Unknown, "without a grpc-status", Grpc([0, 0, 0, 0, 0], status: null));

    [Fact]
    public Task Reply_WithoutMessage_IsInternal() => AssertEndsAsync(RpcCode.Internal, "none came", Grpc([], "0"));

    [Fact]
    public Task Reply_WithTwoMessages_IsInternal() => AssertEndsAsync(RpcCode.Internal, "more came", Grpc([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0"));

    [Fact]
    public Task Reply_CutInsideAMessage_IsInternal() => AssertEndsAsync(RpcCode.Internal, "The stream ended", Grpc([0, 0, 0, 0, 9, 1, 2], "0"));

    [Fact]
    public Task Reply_ThatIsNoSuchMessage_IsInternal() =>
        AssertEndsAsync(RpcCode.Internal, "asteri.rpc.tests.Word", Grpc([0, 0, 0, 0, 1, 0xff], "0"));

    [Fact]
    public Task Reply_LargerThanTheLimit_IsRefusedByItsHeader() =>
        AssertEndsAsync(RpcCode.ResourceExhausted, "limit", Grpc([0, 0xff, 0xff, 0xff, 0xff], "0"));

    [Fact]
    public async Task Read_AfterAReplyThatIsNoMessage_SaysTheSameAgain()
    {
        await using var server = await StrangeServer.StartAsync(Grpc([0, 0, 0, 0, 1, 0xff, 0, 0, 0, 0, 0], "0"));
        await using var call = server.Channel.Start<Word, Word>(EchoNode.Say);
        await call.CompleteAsync();
        var first = await Assert.ThrowsAsync<RpcException>(() => CallShapeTests.ReadAllAsync(call));
        Assert.Same(first, await Assert.ThrowsAsync<RpcException>(() => CallShapeTests.ReadAllAsync(call)));
    }

    [Theory]
    [InlineData(7, RpcCode.Unavailable)]
    [InlineData(8, RpcCode.Cancelled)]
    [InlineData(11, RpcCode.ResourceExhausted)]
    [InlineData(12, RpcCode.PermissionDenied)]
    [InlineData(2, RpcCode.Internal)]
    public Task Reset_OfTheStream_IsMapped(int error, RpcCode code) => AssertEndsAsync(code, $"0x{error:x}", context =>
    {
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Request_LooksAsThePeersOfGrpcExpect()
    {
        IHeaderDictionary? seen = null;
        await using var server = await StrangeServer.StartAsync(context =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase));
            return Grpc([0, 0, 0, 0, 0], "0")(context);
        });
        var options = new CallOptions { Timeout = TimeSpan.FromSeconds(20), Headers = new() { { "x-bin", new byte[] { 0xab } } } };
        await server.Channel.UnaryAsync<Word, Word>(EchoNode.Say, new(), options);
        Assert.Equal("application/grpc", seen!.ContentType);
        Assert.Equal("trailers", seen.TE);
        Assert.StartsWith("grpc-", seen.UserAgent, StringComparison.Ordinal);
        Assert.Equal("identity,gzip", seen["grpc-accept-encoding"]);
        Assert.Equal("qw", seen["x-bin"]);
        Assert.False(seen.ContainsKey("grpc-encoding"));
        Assert.Matches("^[0-9]{1,8}[un]$", seen["grpc-timeout"].ToString());
    }

    private static RequestDelegate Grpc(byte[] body, string? status) => async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        await context.Response.Body.FlushAsync();
        if (status is not null) { context.Response.AppendTrailer("grpc-status", status); }
    };

    private static async Task AssertEndsAsync(RpcCode code, string why, RequestDelegate answer)
    {
        await using var server = await StrangeServer.StartAsync(answer);
        var ended = await Assert.ThrowsAsync<RpcException>(() => server.Channel.UnaryAsync<Word, Word>(EchoNode.Say, new()));
        Assert.Equal(code, ended.Status.Code);
        Assert.Contains(why, ended.Status.Message, StringComparison.Ordinal);
    }
}
