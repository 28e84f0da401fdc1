using System.Text;
using System.Text.Json.Nodes;
using Asteri.Rpc.Json.Http;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.Routes;

namespace Asteri.Rpc.Json.OpenApi;

/// <summary>Describes one route: its parameters, its body and its replies.</summary>
internal sealed class RouteOperation(SchemaComponents schemas)
{
    /// <summary>Messages inside messages that are described as query parameters; deeper ones are taken, but not listed.</summary>
    private const int MaxListedDepth = 3;

    /// <summary>The template in OpenAPI's spelling, which has no patterns: "/v1/{name=shelves/*}:read" is "/v1/{name}:read".</summary>
    public static string PathOf(PathTemplate template)
    {
        var path = new StringBuilder();
        int next = 0;
        foreach (var variable in template.Variables)
        {
            for (; next < variable.FirstSegment; next++) { path.Append('/').Append(template.Segments[next]); }
            path.Append("/{").Append(variable.FieldPath).Append('}');
            next += variable.SegmentCount;
        }

        for (; next < template.Segments.Count; next++) { path.Append('/').Append(template.Segments[next]); }
        return path.Append(template.Verb.Length > 0 ? ":" : "").Append(template.Verb).ToString();
    }

    /// <summary>Adds parameters, body and replies to an operation.</summary>
    public JsonObject Describe(Route route, JsonObject operation)
    {
        var parameters = new JsonArray();
        foreach (var variable in route.Variables) { parameters.Add(PathParameter(variable)); }
        if (!route.BodyIsAll) { AddQueryParameters(route, parameters, [], route.Request); }
        parameters.Add(new JsonObject { ["$ref"] = "#/components/parameters/RequestId" });
        parameters.Add(new JsonObject { ["$ref"] = "#/components/parameters/Timeout" });
        operation["parameters"] = parameters;
        if (route.Body is { } body) { operation["requestBody"] = Body(route, body); }
        operation["responses"] = new JsonObject
        {
            ["200"] = Response(route),
            ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Error" },
        };
        return operation;
    }

    private JsonObject PathParameter(BoundVariable variable)
    {
        var parameter = Parameter(variable.Variable.FieldPath, "path", variable.Field);
        parameter["required"] = true;
        return parameter;
    }

    private JsonObject Parameter(string name, string place, FieldSchema field)
    {
        var schema = schemas.OfField(field);
        // Base64url, the same bytes in letters that a URL may hold.
        if (schema["contentEncoding"] is not null) { schema["contentEncoding"] = "base64url"; }
        return schemas.Commented(new() { ["name"] = name, ["in"] = place, ["schema"] = schema }, field.Descriptor);
    }

    private void AddQueryParameters(Route route, JsonArray parameters, IReadOnlyList<FieldSchema> way, MessageSchema message)
    {
        foreach (var field in message.Fields)
        {
            FieldSchema[] inner = [.. way, field];
            if (QueryFields.IsElsewhere(route, inner)) { continue; }
            if (QueryFields.IsText(field)) { parameters.Add(Parameter(string.Join('.', inner.Select(f => f.Descriptor.JsonName)), "query", field)); }
            else if (field is { IsMap: false, IsRepeated: false, Message: { Form: WellKnownForm.None } nested } && inner.Length < MaxListedDepth)
            {
                AddQueryParameters(route, parameters, inner, nested);
            }
        }
    }

    private JsonObject Body(Route route, JsonTarget body)
    {
        var elsewhere = route.Variables.Where(v => v.Way.Count == 1).Select(v => v.Field).ToList();
        var schema = body.Field is { } field ? schemas.OfField(field)
            : elsewhere.Count > 0 ? schemas.OfFields(route.Request, elsewhere)
            : schemas.OfMessage(route.Request);
        bool streams = route.Method.Descriptor.IsClientStreaming;
        var described = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject { [streams ? JsonNames.Lines : JsonNames.Json] = new JsonObject { ["schema"] = schema } },
        };
        if (streams) { described["description"] = "One JSON document a line."; }
        return described;
    }

    private JsonObject Response(Route route)
    {
        bool streams = route.Method.Descriptor.IsServerStreaming;
        var schema = route.ResponseField is { } field ? schemas.OfField(field) : schemas.OfMessage(route.Response);
        return new()
        {
            ["description"] = streams
                ? "One JSON document a line. An error behind the first line is the last one: {\"error\":…}."
                : "The call ended well.",
            ["content"] = new JsonObject { [streams ? JsonNames.Lines : JsonNames.Json] = new JsonObject { ["schema"] = schema } },
        };
    }
}
