using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>The store and admin routes as a caller types them: what arrives at the handler.</summary>
public sealed class RoutesOfOurApiTests : IAsyncLifetime
{
    private JsonNode _node = null!;

    public async Task InitializeAsync() => _node = await JsonNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task GetEntry_KeyInBase64Url_ArrivesAsBytes()
    {
        byte[] key = [0xFB, 0xEF, 0xFF, 0x00];
        var request = await _node.SeenAsync<GetEntryRequest>("GET", "/v1/spaces/notes/entries/--__AA?read.minCommitToken=AQI=&read.wait=1.5s");
        Assert.Equal("notes", request.Space);
        Assert.Equal(key, request.Key.ToByteArray());
        Assert.Equal([1, 2], request.Read.MinCommitToken.ToByteArray());
        Assert.Equal(TimeSpan.FromSeconds(1.5), request.Read.Wait.ToTimeSpan());
    }

    [Fact]
    public async Task WriteEntries_Body_ArrivesWithTheSpaceOfThePath()
    {
        var request = await _node.SeenAsync<WriteEntriesRequest>(
            "POST",
            "/v1/spaces/notes/entries:write",
            """{"requestId":"r1","writes":[{"put":{"key":"YQ==","value":"Yg"}},{"delete":{"key":"Yw"}}],"options":{"ack":"ACK_DURABLE"}}""");
        Assert.Equal(
            new WriteEntriesRequest
            {
                Space = "notes",
                RequestId = "r1",
                Writes =
                {
                    new EntryWrite { Put = new() { Key = ByteString.CopyFromUtf8("a"), Value = ByteString.CopyFromUtf8("b") } },
                    new EntryWrite { Delete = new() { Key = ByteString.CopyFromUtf8("c") } },
                },
                Options = new() { Ack = Ack.Durable },
            },
            request);
    }

    [Fact]
    public async Task ListEntries_Query_ArrivesUnderBothNames()
    {
        var request = await _node.SeenAsync<ListEntriesRequest>(
            "GET", "/v1/spaces/a%2Fb/entries?prefix=YQ&pageSize=7&page_token=x%20y+z&keys_only=true");
        Assert.Equal("a/b", request.Space);
        Assert.Equal("a", request.Prefix.ToStringUtf8());
        Assert.Equal((7, "x y z", true), (request.PageSize, request.PageToken, request.KeysOnly));
    }

    [Fact]
    public async Task Scan_VerbInThePath_IsAnotherMethodThanTheList()
    {
        await _node.SeenAsync<ScanEntriesRequest>("GET", "/v1/spaces/s/entries:scan?afterKey=YQ");
        await _node.SeenAsync<WatchEntriesRequest>("GET", "/v1/spaces/s/entries:watch");
    }

    [Fact]
    public async Task Admin_EveryRoute_FindsItsMethod()
    {
        await _node.SeenAsync<GetStatusRequest>("GET", "/v1/status");
        await _node.SeenAsync<ListSpacesRequest>("GET", "/v1/spaces");
        await _node.SeenAsync<CreateSnapshotRequest>("POST", "/v1/snapshots", "{}");
        await _node.SeenAsync<ListSnapshotsRequest>("GET", "/v1/snapshots");
        var key = await _node.SeenAsync<CreateKeyRequest>("POST", "/v1/keys", """{"scopes":["SCOPE_SEARCH",3]}""");
        Assert.Equal([Scope.Search, Scope.Write], key.Scopes);
        Assert.Equal("t1", (await _node.SeenAsync<ListKeysRequest>("GET", "/v1/keys?tenant=t1")).Tenant);
        Assert.Equal(60, (await _node.SeenAsync<RotateKeyRequest>("POST", "/v1/keys/k1:rotate", """{"overlapSeconds":"60"}""")).OverlapSeconds);
        Assert.Equal("k1", (await _node.SeenAsync<RevokeKeyRequest>("DELETE", "/v1/keys/k1")).KeyId);
    }

    [Fact]
    public async Task Response_Fields_AreThereWithTheirDefaults()
    {
        var reply = await _node.JsonAsync("GET", "/v1/status");
        Assert.Equal("""{"version":"","lanes":[],"freeDiskBytes":"0"}""", reply.ToJsonString());
    }

    [Theory]
    [InlineData("GET", "/v1/spaces/s/entries/*", null, "key")]
    [InlineData("GET", "/v1/spaces/s/entries/YQ?read.wait=soon", null, "read.wait")]
    [InlineData("GET", "/v1/spaces/s/entries?pageSize=many", null, "pageSize")]
    [InlineData("GET", "/v1/spaces/s/entries?nope=1", null, "nope")]
    [InlineData("GET", "/v1/spaces/s/entries?space=t", null, "space")]
    [InlineData("POST", "/v1/spaces/s/entries:write", """{"space":"t"}""", "space")]
    [InlineData("POST", "/v1/spaces/s/entries:write", """{"writes":[{"put":{"key":"YQ"}},{"put":{"kye":"YQ"}}]}""", "writes[1].put.kye")]
    [InlineData("POST", "/v1/spaces/s/entries:write", """{"writes":[{"put":{},"delete":{}}]}""", "writes[0].delete")]
    [InlineData("POST", "/v1/spaces/s/entries:write?validateOnly=true", "{}", "validateOnly")]
    [InlineData("POST", "/v1/keys", """{"scopes":["SCOPE_SERACH"]}""", "scopes[0]")]
    public async Task Fault_InARequest_IsNamedByItsField(string method, string target, string? body, string field) =>
        Assert.StartsWith(field, await _node.RefusedAsync(method, target, body, field), StringComparison.Ordinal);
}
