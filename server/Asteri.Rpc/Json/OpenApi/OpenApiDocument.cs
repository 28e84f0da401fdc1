using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Asteri.Rpc.Json.Http;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.Routes;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.OpenApi;

/// <summary>The OpenAPI 3.1 description of a set of routes, made once from the descriptors and the comments of their proto files.</summary>
internal sealed class OpenApiDocument
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly HashSet<string> Verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    private readonly ProtoComments _comments;
    private readonly SchemaComponents _schemas;

    private OpenApiDocument(IReadOnlyList<Route> routes)
    {
        _comments = new(routes.Select(r => r.Request.Descriptor.ClrType.Assembly));
        _schemas = new(_comments);
    }

    /// <summary>The document as UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<Route> routes, SchemaSet set) =>
        Encoding.UTF8.GetBytes(new OpenApiDocument(routes).Build(routes, set).ToJsonString(Compact));

    private JsonObject Build(IReadOnlyList<Route> routes, SchemaSet set)
    {
        var services = routes.Select(r => r.Method.Descriptor.Service).Distinct().ToList();
        var paths = Paths(routes);
        var status = _schemas.OfMessage(set.Get(Google.Rpc.Status.Descriptor));
        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = string.Join(", ", services.Select(s => s.File.Package).Distinct()),
                ["version"] = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(3) ?? "0.0.0",
                ["description"] = "Protobuf JSON: 64-bit integers are strings, bytes are base64 or base64url, names are lowerCamelCase. "
                    + "Fields are written with their defaults; what can be absent and is stands not there. "
                    + "Unknown fields and parameters are refused.",
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. services.Select(s => Texts(new() { ["name"] = s.Name }, s))]),
            ["paths"] = paths,
            ["components"] = Components(status),
        };
    }

    private JsonObject Paths(IReadOnlyList<Route> routes)
    {
        var paths = new JsonObject();
        var operations = new RouteOperation(_schemas);
        var counts = new Dictionary<string, int>();
        foreach (var route in routes)
        {
            string path = RouteOperation.PathOf(route.Template);
            var item = paths[path] as JsonObject ?? new JsonObject();
            paths[path] ??= item;
            string id = $"{route.Method.Descriptor.Service.Name}_{route.Method.Descriptor.Name}";
            int number = counts[id] = counts.GetValueOrDefault(id) + 1;
            var operation = Texts(new() { ["operationId"] = number == 1 ? id : $"{id}_{number}" }, route.Method.Descriptor);
            operation["tags"] = new JsonArray(route.Method.Descriptor.Service.Name);
            item[KeyOf(route.HttpMethod)] = operations.Describe(route, operation);
        }

        return paths;
    }

    /// <summary>OpenAPI knows eight methods; others stand under an extension.</summary>
    private static string KeyOf(string httpMethod)
    {
        string lower = httpMethod.ToLowerInvariant();
        return Verbs.Contains(lower) ? lower : lower == "*" ? "x-any" : $"x-{lower}";
    }

    /// <summary>The first sentence is the summary, all of it the description.</summary>
    private JsonObject Texts(JsonObject target, IDescriptor descriptor)
    {
        string text = _comments.Of(descriptor);
        if (text.Length == 0) { return target; }
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        if (descriptor is MethodDescriptor) { target["summary"] = end < 0 ? text.TrimEnd('.') : text[..end]; }
        if (descriptor is not MethodDescriptor || end >= 0) { target["description"] = text; }
        return target;
    }

    private JsonObject Components(JsonObject status)
    {
        var schemas = new JsonObject();
        foreach (var (name, schema) in _schemas.Described) { schemas[name] = schema; }
        return new()
        {
            ["schemas"] = schemas,
            ["responses"] = new JsonObject { ["Error"] = ErrorResponse(status) },
            ["parameters"] = new JsonObject
            {
                ["RequestId"] = Header(
                    JsonNames.RequestId,
                    new() { ["type"] = "string", ["maxLength"] = 64 },
                    "Names the request in logs and replies; one is made up for requests without."),
                ["Timeout"] = Header(
                    JsonNames.Timeout,
                    new() { ["type"] = "integer", ["minimum"] = 0 },
                    "The deadline: whole milliseconds from now."),
            },
            ["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
        };
    }

    private static JsonObject Header(string name, JsonObject schema, string description) =>
        new() { ["name"] = name, ["in"] = "header", ["required"] = false, ["schema"] = schema, ["description"] = description };

    private static JsonObject ErrorResponse(JsonObject status) => new()
    {
        ["description"] = "The call failed: google.rpc.Status, whose code also decides the HTTP status.",
        ["content"] = new JsonObject
        {
            [JsonNames.Json] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("error"),
                    ["properties"] = new JsonObject
                    {
                        ["error"] = new JsonObject
                        {
                            ["allOf"] = new JsonArray(status),
                            ["type"] = "object",
                            ["properties"] = new JsonObject
                            {
                                ["status"] = new JsonObject { ["type"] = "string", ["description"] = "The code's name: INVALID_ARGUMENT." },
                            },
                        },
                    },
                },
            },
        },
    };
}
