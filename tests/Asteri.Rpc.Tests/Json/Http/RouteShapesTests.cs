using Google.Protobuf;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>Every shape of a google.api.http rule, on the kinds service, which echoes.</summary>
public sealed class RouteShapesTests : IAsyncLifetime
{
    private JsonNode _node = null!;

    public async Task InitializeAsync() => _node = await JsonNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("GET", "/t/named/shelves/1/books/a%2Fb", null, "text", "shelves/1/books/a%2Fb")]
    [InlineData("GET", "/t/files/a/b%20c/d", null, "text", "a/b c/d")]
    [InlineData("GET", "/t/files/a/b:stat", null, "text", "a/b")]
    [InlineData("GET", "/t/files/a/b:other", null, "text", "a/b:other")]
    [InlineData("DELETE", "/t/kinds/%C3%A9%2F%25", null, "text", "é/%")]
    [InlineData("DELETE", "/t/kinds/a+b", null, "text", "a+b")]
    [InlineData("PURGE", "/t/kinds/x", null, "text", "x")]
    [InlineData("POST", "/t/kinds", """{"text":"\u00e9\ud83d\ude00"}""", "text", "é😀")]
    [InlineData("PUT", "/t/any", """{"text":"any method"}""", "text", "any method")]
    [InlineData("GET", "/t/star/anything/end?text=q", null, "text", "q")]
    [InlineData("GET", "/t/kinds?text=%C3%A9+%2B", null, "text", "é +")]
    [InlineData("GET", "/t/kinds?child.text=deep", null, "child.text", "deep")]
    [InlineData("GET", "/t/kinds?child.child.text=deeper&child.child.int_narrow=1", null, "child.child.text", "deeper")]
    [InlineData("GET", "/t/kinds?intWide=-9223372036854775808", null, "intWide", "-9223372036854775808")]
    [InlineData("GET", "/t/kinds?real=1e3", null, "real", "1000")]
    [InlineData("GET", "/t/kinds?single=NaN", null, "single", "NaN")]
    [InlineData("GET", "/t/kinds?colour=COLOUR_RED", null, "colour", "COLOUR_RED")]
    [InlineData("GET", "/t/kinds?colour=-5", null, "colour", "COLOUR_BLUE")]
    [InlineData("GET", "/t/kinds?colour=77", null, "colour", "77")]
    [InlineData("GET", "/t/kinds?raw=-_-_", null, "raw", "+/+/")]
    [InlineData("GET", "/t/kinds?raw=%2B/%2B/", null, "raw", "+/+/")]
    [InlineData("GET", "/t/kinds?wideBox=0", null, "wideBox", "0")]
    [InlineData("GET", "/t/kinds?textBox=", null, "textBox", "")]
    [InlineData("GET", "/t/kinds?at=2026-11-20T01:02:03.5%2B01:00", null, "at", "2026-11-20T00:02:03.500Z")]
    [InlineData("GET", "/t/kinds?span=-1.000000001s", null, "span", "-1.000000001s")]
    [InlineData("GET", "/t/kinds?mask=displayName,a.b_c", null, "mask", "displayName,a.bC")]
    [InlineData("GET", "/t/kinds?%40odd%20name=x", null, "@odd name", "x")]
    [InlineData("GET", "/t/raw/AQI/colour/COLOUR_BLUE", null, "raw", "AQI=")]
    public async Task Request_OfThisShape_SetsTheField(string method, string target, string? body, string field, string expected)
    {
        System.Text.Json.Nodes.JsonNode? at = await _node.JsonAsync(method, target, body);
        foreach (string step in field.Split('.')) { at = at![step]; }
        Assert.Equal(expected, at!.ToString());
    }

    [Fact]
    public async Task Query_RepeatedParameter_IsAListInItsOrder()
    {
        var reply = await _node.JsonAsync("GET", "/t/kinds?ints=3&ints=1&texts=&texts=b&times=1970-01-01T00:00:00Z&colours=1&boxes=5");
        Assert.Equal("[3,1]", reply["ints"]!.ToJsonString());
        Assert.Equal("""["","b"]""", reply["texts"]!.ToJsonString());
        Assert.Equal("""["1970-01-01T00:00:00Z"]""", reply["times"]!.ToJsonString());
        Assert.Equal("""["COLOUR_RED"]""", reply["colours"]!.ToJsonString());
        Assert.Equal("[5]", reply["boxes"]!.ToJsonString());
    }

    [Fact]
    public async Task Body_OfOneField_LeavesTheOthersToPathAndQuery()
    {
        var reply = await _node.JsonAsync("PUT", "/t/kinds/name?intNarrow=4", """{"text":"inner"}""");
        Assert.Equal(("name", 4, "inner"), ((string)reply["text"]!, (int)reply["intNarrow"]!, (string)reply["child"]!["text"]!));
        Assert.Equal("""["a","b"]""", (await _node.JsonAsync("POST", "/t/texts", """["a","b"]"""))["texts"]!.ToJsonString());
    }

    [Fact]
    public async Task ResponseBody_OfOneField_IsItsValueAlone()
    {
        Assert.Equal("\"hi\"", (await _node.JsonAsync("POST", "/t/text", "\"hi\"")).ToJsonString());
        Assert.Equal("[]", (await _node.JsonAsync("GET", "/t/children")).ToJsonString());
    }

    [Fact]
    public async Task Path_NestedFields_MergeWithTheBody()
    {
        var child = (await _node.JsonAsync("PATCH", "/t/kinds/abc/77", """{"child":{"flag":true}}"""))["child"]!;
        Assert.Equal(("abc", "77", true), ((string)child["text"]!, (string)child["intWide"]!, (bool)child["flag"]!));
    }

    [Theory]
    [InlineData("POST", "/v1/status", "GET")]
    [InlineData("PATCH", "/v1/keys/k", "DELETE")]
    [InlineData("GET", "/v1/keys/k:rotate", "DELETE, POST")]
    [InlineData("GET", "/t/kinds/x", "DELETE, PURGE, PUT")]
    public async Task KnownPath_OtherMethod_IsRefusedWithTheMethodsItHas(string method, string target, string allowed)
    {
        using var response = await _node.SendAsync(method, target);
        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
        Assert.Contains("\"status\":\"UNIMPLEMENTED\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1/spaces/")]
    [InlineData("/v1/spaces//entries")]
    [InlineData("/v1/spaces/s/entries/")]
    [InlineData("/v1/spaces/s/entries/a/b")]
    [InlineData("/t/star/a/b/end")]
    public async Task UnknownPath_BelowOurs_IsNotFound(string target)
    {
        using var response = await _node.SendAsync("PUT", target);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("\"status\":\"NOT_FOUND\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics")]
    [InlineData("/asteri.tests.KindsService/Unrouted")]
    [InlineData("/V1/status")]
    public async Task OtherPath_GoesDownThePipeline(string target) =>
        Assert.Equal("down the pipeline", await _node.Client.GetStringAsync(new Uri(_node.Address, target)));

    [Theory]
    [InlineData("/t/kinds?intNarrow=2147483648", "intNarrow", "int32")]
    [InlineData("/t/kinds?unsignedNarrow=-1", "unsignedNarrow", "uint32")]
    [InlineData("/t/kinds?single=1e39", "single", "too large")]
    [InlineData("/t/kinds?real=nan", "real", "no number")]
    [InlineData("/t/kinds?flag=yes", "flag", "true or false")]
    [InlineData("/t/kinds?raw=a+b", "raw", "%2B")]
    [InlineData("/t/kinds?raw=a", "raw", "base64")]
    [InlineData("/t/kinds?text=%ff", "text", "UTF-8")]
    [InlineData("/t/kinds?text=a&text=b", "text", "twice")]
    [InlineData("/t/kinds?choice_text=a&choiceNumber=1", "choiceNumber", "choiceText")]
    [InlineData("/t/kinds?choiceChild.text=a&choiceNumber=1", "choiceNumber", "choiceChild")]
    [InlineData("/t/kinds?child=x", "child", "child.real")]
    [InlineData("/t/kinds?byText=x", "byText", "cannot set")]
    [InlineData("/t/kinds?object=x", "object", "cannot set")]
    [InlineData("/t/kinds?children.text=x", "children.text", "no fields")]
    [InlineData("/t/kinds?text.x=1", "text.x", "no fields")]
    [InlineData("/t/kinds?child.nope=1", "child.nope", "no such query parameter")]
    [InlineData(
        "/t/kinds?child.child.child.child.child.child.child.child.text=1", "child.child.child.child.child.child.child.child.text", "more than 8")]
    [InlineData("/t/raw/!!/colour/1", "raw", "base64")]
    [InlineData("/t/raw/AA/colour/MAUVE", "colour", "COLOUR_RED")]
    public async Task Query_ThatDoesNotFit_IsRefusedByName(string target, string field, string says) =>
        Assert.Contains(says, await _node.RefusedAsync("GET", target, null, field), StringComparison.Ordinal);

    [Fact]
    public async Task Body_WhereTheRouteTakesNone_IsRefused() =>
        Assert.Contains("takes none", await _node.RefusedAsync("DELETE", "/t/kinds/x", "{}", "body"), StringComparison.Ordinal);

    [Fact]
    public async Task RandomMessages_ThroughTheServerAndBack_AreTheSame()
    {
        int seed = Random.Shared.Next();
        var messages = new RandomMessages(seed);
        for (int i = 0; i < 200; i++)
        {
            var message = messages.Next<Protos.Kinds>();
            var reply = await _node.JsonAsync("POST", "/t/kinds", Messages.JsonCodec.Write(message));
            var back = Messages.JsonCodec.Read(reply.ToJsonString());
            Assert.True(message.ToByteArray().AsSpan().SequenceEqual(back.ToByteArray()), $"seed {seed}, message {i}");
        }
    }
}
