using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Asteri.V1;
using Google.Api;

namespace Asteri.Rpc.Tests.Json.OpenApi;

public sealed partial class OpenApiTests : IAsyncLifetime
{
    private Http.JsonNode _node = null!;
    private JsonNode _document = null!;

    public async Task InitializeAsync()
    {
        _node = await Http.JsonNode.StartAsync();
        _document = await _node.JsonAsync("GET", "/openapi.json");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public void Document_IsOpenApi31_WithABearerScheme()
    {
        Assert.Equal("3.1.0", (string)_document["openapi"]!);
        Assert.Equal("bearer", (string)_document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!);
        Assert.NotNull(_document["info"]!["title"]);
        Assert.NotNull(_document["info"]!["version"]);
    }

    [Fact]
    public void References_AllOfThem_LeadSomewhere()
    {
        var references = Nodes(_document).OfType<JsonObject>().Where(o => o.ContainsKey("$ref")).Select(o => (string)o["$ref"]!).ToList();
        Assert.NotEmpty(references);
        foreach (string reference in references.Distinct())
        {
            JsonNode? at = _document;
            foreach (string step in reference.TrimStart('#', '/').Split('/')) { at = at?[step]; }
            Assert.True(at is JsonObject { Count: > 0 }, reference);
        }
    }

    [Fact]
    public void PathParameters_OfEveryPath_AreExactlyThoseOfItsOperations()
    {
        foreach (var (path, operation) in Operations())
        {
            var declared = operation["parameters"]!.AsArray().Where(p => (string?)p!["in"] == "path").ToList();
            Assert.Equal(PathParameter().Matches(path).Select(m => m.Groups[1].Value), declared.Select(p => (string)p!["name"]!));
            Assert.All(declared, p => Assert.True((bool)p!["required"]!));
        }
    }

    [Fact]
    public void Parameters_OfEveryOperation_HaveDistinctNamesAndASchema()
    {
        foreach (var (path, operation) in Operations())
        {
            var own = operation["parameters"]!.AsArray().Where(p => p!["$ref"] is null).ToList();
            Assert.All(own, p => Assert.True(p!["schema"] is JsonObject { Count: > 0 }, $"{path} {p["name"]}"));
            Assert.Equal(own.Count, own.Select(p => $"{p!["in"]} {p["name"]}").Distinct().Count());
        }
    }

    [Fact]
    public void OperationIds_AreUnique()
    {
        var ids = Operations().Select(o => (string)o.Operation["operationId"]!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Operations_AllOfThem_SayWhatComesBackAndWhatAnErrorIs() => Assert.All(Operations(), o =>
    {
        Assert.Single(o.Operation["responses"]!["200"]!["content"]!.AsObject());
        Assert.Equal("#/components/responses/Error", (string)o.Operation["responses"]!["default"]!["$ref"]!);
    });

    [Fact]
    public void Paths_HaveEveryRouteOfTheContract()
    {
        var served = Operations().Select(o => (string)o.Operation["operationId"]!).ToHashSet();
        var routed = StoreReflection.Descriptor.Services.Concat(AdminReflection.Descriptor.Services).SelectMany(s => s.Methods)
            .Where(m => m.GetOptions().GetExtension(AnnotationsExtensions.Http) is not null)
            .Select(m => $"{m.Service.Name}_{m.Name}").ToList();
        Assert.True(routed.Count > 10);
        Assert.Subset(served, routed.ToHashSet());
        Assert.Contains("/v1/keys/{key_id}:rotate", _document["paths"]!.AsObject().Select(p => p.Key));
        Assert.DoesNotContain(served, id => id.Contains("Unrouted", StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_ComeFromTheCommentsOfTheProtoFiles()
    {
        var get = _document["paths"]!["/v1/spaces/{space}/entries/{key}"]!["get"]!;
        Assert.Equal("One entry by key", (string)get["summary"]!);
        Assert.Equal("One entry by key. NOT_FOUND when it is absent.", (string)get["description"]!);
        Assert.Equal("1 to 1,024 bytes.", (string)_document["components"]!["schemas"]!["asteri.v1.Put"]!["properties"]!["key"]!["description"]!);
        string ack = (string)_document["components"]!["schemas"]!["asteri.v1.Ack"]!["description"]!;
        Assert.Contains("ACK_DURABLE: On stable storage", ack, StringComparison.Ordinal);
        var tag = _document["tags"]!.AsArray().Single(t => (string)t!["name"]! == "StoreService")!;
        Assert.StartsWith("Bytes under keys", (string)tag["description"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_AreThoseOfProtobufsJson()
    {
        var status = _document["components"]!["schemas"]!["asteri.v1.LaneStatus"]!["properties"]!;
        Assert.Equal(("string", "uint64"), ((string)status["lastSeq"]!["type"]!, (string)status["lastSeq"]!["format"]!));
        Assert.Equal("integer", (string)status["lane"]!["type"]!);
        Assert.Equal("#/components/schemas/asteri.v1.LaneState", (string)status["state"]!["$ref"]!);
        var key = _document["paths"]!["/v1/spaces/{space}/entries/{key}"]!["get"]!["parameters"]![1]!;
        Assert.Equal(("key", "base64url"), ((string)key["name"]!, (string)key["schema"]!["contentEncoding"]!));
    }

    [Fact]
    public void Body_OfARouteWithPathParameters_HasOnlyTheOtherFields()
    {
        var write = _document["paths"]!["/v1/spaces/{space}/entries:write"]!["post"]!;
        var body = write["requestBody"]!["content"]!["application/json"]!["schema"]!["properties"]!.AsObject();
        Assert.Equal(["requestId", "validateOnly", "writes", "options"], body.Select(p => p.Key));
    }

    [Fact]
    public void Streams_AreLines()
    {
        Assert.NotNull(_document["paths"]!["/v1/spaces/{space}/entries:scan"]!["get"]!["responses"]!["200"]!["content"]!["application/x-ndjson"]);
        Assert.NotNull(_document["paths"]!["/t/collect"]!["post"]!["requestBody"]!["content"]!["application/x-ndjson"]);
    }

    private IEnumerable<(string Path, JsonObject Operation)> Operations() =>
        _document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, o.Value!.AsObject())));

    private static IEnumerable<JsonNode?> Nodes(JsonNode? node)
    {
        var children = node switch { JsonObject o => o.Select(p => p.Value), JsonArray a => a, _ => [] };
        return children.SelectMany(Nodes).Prepend(node);
    }

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex PathParameter();
}
