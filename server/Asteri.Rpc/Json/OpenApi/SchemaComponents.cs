using System.Text.Json.Nodes;
using Asteri.Rpc.Json.Messages;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.OpenApi;

/// <summary>The JSON schemas of messages and enums: each is described once, under its full name, and referred to from then on.</summary>
internal sealed class SchemaComponents(ProtoComments comments)
{
    /// <summary>The described types, for components.schemas; grows as references are made.</summary>
    public SortedDictionary<string, JsonNode> Described { get; } = new(StringComparer.Ordinal);

    /// <summary>The schema of a message: a reference, or for one with a JSON form of its own, that form.</summary>
    public JsonObject OfMessage(MessageSchema message)
    {
        switch (message.Form)
        {
            case WellKnownForm.Timestamp: return Text("A moment, in UTC or with an offset.", ("format", "date-time"));
            case WellKnownForm.Duration:
                return Text("Seconds with an s behind them: 1.5s.", ("pattern", @"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$"));
            case WellKnownForm.FieldMask: return Text("Paths of fields with commas between them: displayName,address.street.");
            case WellKnownForm.Wrapper: return OfSingle(message.Fields[0]);
            case WellKnownForm.Struct: return new() { ["type"] = "object", ["additionalProperties"] = true };
            case WellKnownForm.ListValue: return new() { ["type"] = "array", ["items"] = new JsonObject() };
            case WellKnownForm.Value: return new() { ["description"] = "Any JSON value." };
            case WellKnownForm.Any:
                return new()
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
                    ["required"] = new JsonArray("@type"),
                    ["additionalProperties"] = true,
                };
        }

        string name = message.Descriptor.FullName;
        if (!Described.ContainsKey(name))
        {
            // Taken before it is filled, because a message may hold itself.
            Described[name] = new JsonObject();
            Described[name] = OfFields(message, except: []);
        }

        return Reference(name);
    }

    /// <summary>An object schema with the fields of a message, without those that stand elsewhere in a request.</summary>
    public JsonObject OfFields(MessageSchema message, IReadOnlyCollection<FieldSchema> except)
    {
        var properties = new JsonObject();
        foreach (var field in message.Fields.Except(except)) { properties[field.Descriptor.JsonName] = Commented(OfField(field), field.Descriptor); }
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        string text = string.Join(' ', OneofTexts(message.Descriptor).Prepend(comments.Of(message.Descriptor)).Where(t => t.Length > 0));
        if (text.Length > 0) { schema["description"] = text; }
        return schema;
    }

    /// <summary>The schema of a field's value, whatever its shape.</summary>
    public JsonObject OfField(FieldSchema field) =>
        field.IsMap ? new() { ["type"] = "object", ["additionalProperties"] = OfSingle(field.MapValue) }
        : field.IsRepeated ? new() { ["type"] = "array", ["items"] = OfSingle(field) }
        : OfSingle(field);

    /// <summary>Adds what stands above the field in its proto file.</summary>
    public JsonObject Commented(JsonObject schema, FieldDescriptor field)
    {
        if (comments.Of(field) is { Length: > 0 } text) { schema["description"] = text; }
        return schema;
    }

    private JsonObject OfSingle(FieldSchema field) => field.Type switch
    {
        FieldType.Message => OfMessage(field.Message!),
        FieldType.Enum when field.IsNullValue => new() { ["type"] = "null" },
        FieldType.Enum => OfEnum(field.Descriptor.EnumType),
        FieldType.Bool => new() { ["type"] = "boolean" },
        FieldType.String => new() { ["type"] = "string" },
        FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Double => Number("double"),
        FieldType.Float => Number("float"),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new() { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 or FieldType.Fixed32 => new() { ["type"] = "integer", ["format"] = "uint32", ["minimum"] = 0 },
        FieldType.UInt64 or FieldType.Fixed64 => new() { ["type"] = "string", ["format"] = "uint64" },
        _ => new() { ["type"] = "string", ["format"] = "int64" },
    };

    private static JsonObject Text(string description, params ReadOnlySpan<(string Name, string Value)> facets)
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = description };
        foreach (var (name, value) in facets) { schema[name] = value; }
        return schema;
    }

    private static JsonObject Number(string format) => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "number", ["format"] = format },
            new JsonObject { ["enum"] = new JsonArray("NaN", "Infinity", "-Infinity") }),
    };

    private JsonObject OfEnum(EnumDescriptor type)
    {
        if (!Described.ContainsKey(type.FullName))
        {
            var values = type.Values.Where(v => comments.Of(v).Length > 0).Select(v => $"{v.Name}: {comments.Of(v)}");
            var schema = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. type.Values.Select(v => JsonValue.Create(v.Name))]) };
            string text = string.Join(' ', values.Prepend(comments.Of(type)).Where(t => t.Length > 0));
            if (text.Length > 0) { schema["description"] = text; }
            Described[type.FullName] = schema;
        }

        return Reference(type.FullName);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static IEnumerable<string> OneofTexts(MessageDescriptor message) =>
        message.Oneofs.Where(o => !o.IsSynthetic).Select(o => $"At most one of {string.Join(", ", o.Fields.Select(f => f.JsonName))}.");
}
