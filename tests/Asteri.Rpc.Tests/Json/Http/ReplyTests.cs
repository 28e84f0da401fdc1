using System.IO.Compression;
using System.Net.Http.Headers;
using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>Errors, headers, deadlines and streams, as they leave the server.</summary>
public sealed class ReplyTests : IAsyncLifetime
{
    private JsonNode _node = null!;

    public async Task InitializeAsync() => _node = await JsonNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public static TheoryData<RpcCode, int, string> Codes => new()
    {
        { RpcCode.Cancelled, 499, "CANCELLED" }, { RpcCode.Unknown, 500, "UNKNOWN" }, { RpcCode.InvalidArgument, 400, "INVALID_ARGUMENT" },
        { RpcCode.DeadlineExceeded, 504, "DEADLINE_EXCEEDED" }, { RpcCode.NotFound, 404, "NOT_FOUND" },
        { RpcCode.AlreadyExists, 409, "ALREADY_EXISTS" },
        { RpcCode.PermissionDenied, 403, "PERMISSION_DENIED" }, { RpcCode.ResourceExhausted, 429, "RESOURCE_EXHAUSTED" },
        { RpcCode.FailedPrecondition, 400, "FAILED_PRECONDITION" }, { RpcCode.Aborted, 409, "ABORTED" }, { RpcCode.OutOfRange, 400, "OUT_OF_RANGE" },
        { RpcCode.Unimplemented, 501, "UNIMPLEMENTED" }, { RpcCode.Internal, 500, "INTERNAL" }, { RpcCode.Unavailable, 503, "UNAVAILABLE" },
        { RpcCode.DataLoss, 500, "DATA_LOSS" }, { RpcCode.Unauthenticated, 401, "UNAUTHENTICATED" },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Error_OfEveryCode_HasItsHttpStatus(RpcCode code, int httpStatus, string word)
    {
        _node.Kinds.OnEcho = (_, _) => throw new RpcException(code, "why \"not\" é");
        var error = (await _node.JsonAsync("GET", "/t/kinds", null, httpStatus))["error"]!;
        Assert.Equal(((int)code, word, "why \"not\" é"), ((int)error["code"]!, (string)error["status"]!, (string)error["message"]!));
        Assert.Empty(error["details"]!.AsArray());
    }

    [Fact]
    public async Task Error_WithRetryInfo_HasRetryAfterAndDetails()
    {
        _node.Kinds.OnEcho = (_, _) => throw RpcException.RetryAfter(RpcCode.Unavailable, "busy", TimeSpan.FromSeconds(1.2), "OVERLOAD");
        using var response = await _node.SendAsync("GET", "/t/kinds");
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        var details = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["details"]!;
        Assert.Equal("""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.200s"}""", details[0]!.ToJsonString());
        Assert.Equal("OVERLOAD", (string)details[1]!["reason"]!);
    }

    [Fact]
    public async Task Error_Unauthenticated_AsksForABearerToken()
    {
        _node.Kinds.OnEcho = (_, _) => throw new RpcException(RpcCode.Unauthenticated, "who?");
        using var response = await _node.SendAsync("GET", "/t/kinds");
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Error_OfOurOwn_TellsTheRequestAndNothingElse()
    {
        _node.Kinds.OnEcho = (_, _) => throw new InvalidOperationException("a secret");
        var error = (await _node.JsonAsync("GET", "/t/kinds", null, 500))["error"]!;
        Assert.DoesNotContain("secret", (string)error["message"]!, StringComparison.Ordinal);
        Assert.Contains(_node.Log.Lines, l => l.Contains("a secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("my-request.1", true)]
    [InlineData("no spaces allowed", false)]
    [InlineData("", false)]
    public async Task RequestId_WellFormed_GoesInAndOut(string id, bool isTaken)
    {
        string? seen = null;
        _node.Kinds.OnEcho = (request, call) =>
        {
            seen = call.RequestId;
            return ValueTask.FromResult(request);
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/kinds"));
        request.Headers.TryAddWithoutValidation("x-request-id", id);
        using var response = await _node.Client.SendAsync(request);
        string answered = Assert.Single(response.Headers.GetValues("x-request-id"));
        Assert.Equal(seen, answered);
        Assert.Equal(isTaken, answered == id);
        Assert.NotEmpty(answered);
    }

    [Fact]
    public async Task Headers_InAndOut_AreTheMetadata()
    {
        _node.Kinds.OnEcho = (request, call) =>
        {
            Assert.True(call.RequestHeaders.TryGetText("authorization", out string? token));
            call.ResponseHeaders.Add("x-seen", token);
            call.ResponseTrailers.Add("x-bytes-bin", [1, 2, 255]);
            return ValueTask.FromResult(request);
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/kinds"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "ast_test");
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal("Bearer ast_test", Assert.Single(response.Headers.GetValues("x-seen")));
        Assert.Equal("AQL/", Assert.Single(response.Headers.GetValues("x-bytes-bin")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("x-content-type-options")));
    }

    [Fact]
    public async Task Timeout_Passes_IsDeadlineExceeded()
    {
        _node.Kinds.OnEcho = async (request, call) =>
        {
            await Task.Delay(Timeout.Infinite, call.Cancellation);
            return request;
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/kinds"));
        request.Headers.Add("x-timeout-ms", "50");
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(504, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1s")]
    [InlineData("99999999999")]
    public async Task Timeout_ThatIsNone_IsRefused(string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/kinds"));
        request.Headers.Add("x-timeout-ms", value);
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("x-timeout-ms", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_GoesAway_CancelsTheHandler()
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _node.Kinds.OnEcho = async (request, call) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, call.Cancellation).ContinueWith(_ => ended.SetResult(), TaskScheduler.Default);
            return request;
        };
        using var cancel = new CancellationTokenSource();
        var sent = _node.Client.GetAsync(new Uri(_node.Address, "/t/kinds"), cancel.Token);
        await started.Task;
        await cancel.CancelAsync();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Fact]
    public async Task Stream_Messages_AreLines()
    {
        using var response = await _node.SendAsync("GET", "/t/count/3");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal([0, 1, 2], lines.Take(3).Select(l => (int)System.Text.Json.Nodes.JsonNode.Parse(l)!["intNarrow"]!));
        Assert.Equal([""], lines.Skip(3));
    }

    [Fact]
    public async Task Stream_Empty_IsAnEmptyBody()
    {
        using var response = await _node.SendAsync("GET", "/t/count/0");
        Assert.Equal((200, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Stream_ErrorBeforeTheFirstLine_HasItsHttpStatus()
    {
        var error = (await _node.JsonAsync("GET", "/t/count/0?text=stop", null, 400))["error"]!;
        Assert.Equal("FAILED_PRECONDITION", (string)error["status"]!);
    }

    [Fact]
    public async Task Stream_ErrorBehindALine_IsTheLastLine()
    {
        using var response = await _node.SendAsync("GET", "/t/count/2?text=stop");
        Assert.Equal(200, (int)response.StatusCode);
        string last = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n')[^1];
        Assert.Equal("""{"error":{"code":9,"status":"FAILED_PRECONDITION","message":"stop","details":[]}}""", last);
    }

    [Fact]
    public async Task Stream_FirstMessageHasNoJson_IsAPlainErrorWithItsHttpStatus()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/count/1?flag=true"));
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(500, (int)response.StatusCode);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Contains("\"status\":\"INTERNAL\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Compressed_ArrivesLineByLine()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, "/t/count/100"));
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var response = await _node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        int count = 0;
        while (await lines.ReadLineAsync() is not null) { count++; }
        Assert.Equal(100, count);
    }

    [Fact]
    public async Task Stream_OneLine_ArrivesBeforeTheNextIsMade()
    {
        var gate = new TaskCompletionSource();
        _node.Kinds.Gate = gate.Task;
        using var response = await _node.Client.GetAsync(new Uri(_node.Address, "/t/count/2"), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"intNarrow\":0", await lines.ReadLineAsync(), StringComparison.Ordinal);
        gate.SetResult();
        Assert.Contains("\"intNarrow\":1", await lines.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(await lines.ReadLineAsync());
    }

    [Fact]
    public async Task Stream_InAndOut_EchoesLineByLine()
    {
        using var response = await _node.SendAsync("POST", "/t/chat", "{\"text\":\"a\"}\n{\"text\":\"b\"}", "application/x-ndjson");
        Assert.Equal(2, (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
