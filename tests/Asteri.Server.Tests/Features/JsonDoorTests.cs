using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Asteri.Server.Tests.Hosting;

namespace Asteri.Server.Tests.Features;

/// <summary>The same service as JSON over HTTP/1.1.</summary>
public sealed class JsonDoorTests(NodeFixture open) : IClassFixture<NodeFixture>
{
    private readonly TestNode _node = open.Node;

    [Fact]
    public async Task Write_ThenGetListScan_TellWhatWasWritten()
    {
        using var written = await WriteAsync("json", ("a", "1"), ("b", "2"));
        var got = await _node.Http.GetFromJsonAsync<JsonObject>($"/v1/spaces/json/entries/{Base64("a")}");
        var listed = await _node.Http.GetFromJsonAsync<JsonObject>("/v1/spaces/json/entries?page_size=1");
        string scanned = await _node.Http.GetStringAsync($"/v1/spaces/json/entries:scan?prefix={Base64("b")}");
        var spaces = await _node.Http.GetFromJsonAsync<JsonObject>("/v1/spaces?pageSize=1000");

        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Equal(Base64("1"), (string?)got!["entry"]!["value"]);
        Assert.Equal(Base64("a"), (string?)Assert.Single(listed!["entries"]!.AsArray())!["key"]);
        Assert.NotEqual("", (string?)listed["nextPageToken"]);
        string[] lines = scanned.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(Base64("2"), (string?)JsonNode.Parse(lines[1])!["entries"]![0]!["value"]);
        Assert.Contains(spaces!["spaces"]!.AsArray(), s => (string?)s!["name"] == "json");
    }

    [Fact]
    public async Task Write_SeenByGrpc_IsTheSameStore()
    {
        using var written = await WriteAsync("both", ("k", "by json"));

        Assert.Equal("by json", await _node.GetAsync("both", "k"));
        await _node.PutAsync("both", "k", "by grpc");
        var got = await _node.Http.GetFromJsonAsync<JsonObject>($"/v1/spaces/both/entries/{Base64("k")}");
        Assert.Equal(Base64("by grpc"), (string?)got!["entry"]!["value"]);
    }

    [Fact]
    public async Task Stream_FrameALine_AcknowledgesEachAndKeepsAll()
    {
        string frames = string.Join('\n', Enumerable.Range(0, 3).Select(i =>
            $$$"""{"space":"lines","requestId":"line-{{{i}}}","writes":[{"put":{"key":"{{{Base64($"k{i}")}}}","value":"{{{Base64("v")}}}"}}]}"""));
        using var content = new StringContent(frames, Encoding.UTF8, "application/x-ndjson");
        using var reply = await _node.Http.PostAsync("/v1/entries:stream", content);
        string[] acks = (await reply.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["0", "1", "2"], acks.Select(line => (string?)JsonNode.Parse(line)!["frame"]));
        Assert.Equal("v", await _node.GetAsync("lines", "k2"));
    }

    [Fact]
    public async Task Get_AbsentEntry_Is404WithTheSameError()
    {
        using var reply = await _node.Http.GetAsync($"/v1/spaces/absent/entries/{Base64("k")}");
        var error = (await reply.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Equal("NOT_FOUND", (string?)error["status"]);
    }

    [Fact]
    public async Task Write_WithFaults_Is400AndNamesTheFields()
    {
        using var reply = await WriteAsync("faults", ("", "no key"));
        var error = (await reply.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        var detail = Assert.Single(error["details"]!.AsArray())!;
        Assert.Equal("writes[0].put.key", (string?)detail["fieldViolations"]![0]!["field"]);
    }

    [Fact]
    public async Task Write_RequestIdWithOtherWrites_Is409()
    {
        using var first = await WriteAsync("reused", "id-1", ("k", "1"));
        using var other = await WriteAsync("reused", "id-1", ("k", "2"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (first.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task Status_TellsTheLanes()
    {
        var status = await _node.Http.GetFromJsonAsync<JsonObject>("/v1/status");

        Assert.Equal(2, status!["lanes"]!.AsArray().Count);
        Assert.All(status["lanes"]!.AsArray(), lane => Assert.Equal("LANE_STATE_HEALTHY", (string?)lane!["state"]));
        Assert.True(long.Parse((string)status["freeDiskBytes"]!, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task Metrics_AfterCalls_TellOfThem()
    {
        await _node.PutAsync("metered", "k", "v");

        string page = await _node.Http.GetStringAsync("/metrics");

        Assert.Contains("WriteEntries", page, StringComparison.Ordinal);
        Assert.Contains("asteri_admission_in_flight", page, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> WriteAsync(string space, params (string Key, string Value)[] puts) => WriteAsync(space, "", puts);

    private Task<HttpResponseMessage> WriteAsync(string space, string requestId, params (string Key, string Value)[] puts)
    {
        var writes = puts.Select(p => new { put = new { key = Base64(p.Key), value = Base64(p.Value) } });
        return _node.Http.PostAsJsonAsync($"/v1/spaces/{space}/entries:write", new { requestId, writes });
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
