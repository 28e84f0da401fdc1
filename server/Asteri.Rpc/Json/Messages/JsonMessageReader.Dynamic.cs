using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Asteri.Rpc.Json.Messages;

/// <summary>Struct, Value, ListValue and Any: what decides by the document, and not by a schema, what it is.</summary>
internal ref partial struct JsonMessageReader
{
    /// <summary>An Any's type may stand behind its fields, so each level is scanned once more.</summary>
    private const int MaxAnyDepth = 8;

    /// <summary>google.protobuf.Struct: field 1 is a map from string (1) to Value (2).</summary>
    private void ReadStruct()
    {
        Expect(JsonTokenType.StartObject, "an object");
        var keys = new HashSet<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var text = Text();
            string key = Encoding.UTF8.GetString(text);
            _path.Push(key);
            if (!keys.Add(key)) { Fault("stands here twice"); }
            _wire.Tag(1, WireFormat.WireType.LengthDelimited);
            int entry = Open();
            _wire.Tag(1, WireFormat.WireType.LengthDelimited);
            _wire.Delimited(text);
            _wire.Tag(2, WireFormat.WireType.LengthDelimited);
            int value = Open();
            _json.Read();
            ReadDynamic();
            Close(value);
            Close(entry);
            _path.Pop();
        }
    }

    /// <summary>google.protobuf.ListValue: field 1 is repeated Value.</summary>
    private void ReadList()
    {
        Expect(JsonTokenType.StartArray, "an array");
        for (int i = 0; _json.Read() && _json.TokenType != JsonTokenType.EndArray; i++)
        {
            _path.Push(i);
            _wire.Tag(1, WireFormat.WireType.LengthDelimited);
            int value = Open();
            ReadDynamic();
            Close(value);
            _path.Pop();
        }
    }

    /// <summary>google.protobuf.Value: null 1, number 2, string 3, bool 4, struct 5, list 6.</summary>
    private void ReadDynamic()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                _wire.Tag(1, WireFormat.WireType.Varint);
                _wire.Varint(0);
                break;
            case JsonTokenType.Number:
                _wire.Tag(2, WireFormat.WireType.Fixed64);
                double number = _json.GetDouble();
                if (!double.IsFinite(number)) { Fault($"{ScalarText.Show(_json.ValueSpan)} is too large for a double"); }
                _wire.Fixed64(BitConverter.DoubleToUInt64Bits(number));
                break;
            case JsonTokenType.String:
                _wire.Tag(3, WireFormat.WireType.LengthDelimited);
                _wire.Delimited(Text());
                break;
            case JsonTokenType.True or JsonTokenType.False:
                _wire.Tag(4, WireFormat.WireType.Varint);
                _wire.Varint(_json.TokenType == JsonTokenType.True ? 1UL : 0UL);
                break;
            default:
                ReadNested();
                break;
        }
    }

    private void ReadNested()
    {
        bool isObject = _json.TokenType == JsonTokenType.StartObject;
        _wire.Tag(isObject ? 5 : 6, WireFormat.WireType.LengthDelimited);
        int begin = Open();
        if (isObject) { ReadStruct(); }
        else { ReadList(); }
        Close(begin);
    }

    /// <summary>google.protobuf.Any: type URL 1, and the message it names, serialised, 2.</summary>
    private void ReadAny()
    {
        Expect(JsonTokenType.StartObject, "an object");
        if (++_anyDepth > MaxAnyDepth) { Fault($"an Any inside an Any, more than {MaxAnyDepth} deep"); }
        string? url = FindType();
        if (url is null) { Fault("an Any needs its type: a string under '@type', once"); }
        var schema = _target.Set.FindByTypeUrl(url);
        if (schema is null) { Fault($"{ScalarText.Show(url)} is no type that this server knows"); }
        _wire.Tag(1, WireFormat.WireType.LengthDelimited);
        _wire.Delimited(Encoding.UTF8.GetBytes(url));
        int before = _wire.Length;
        _wire.Tag(2, WireFormat.WireType.LengthDelimited);
        int value = _wire.Length;
        int begin = Open();
        if (schema.Form == WellKnownForm.None) { ReadFields(schema, insideAny: true); }
        else { ReadAnyValue(schema); }
        Close(begin);
        DropDefault(before, value);
        _anyDepth--;
    }

    /// <summary>A message with a JSON form of its own stands in an Any under "value".</summary>
    private void ReadAnyValue(MessageSchema schema)
    {
        bool isRead = false;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var name = Text();
            bool isValue = name.SequenceEqual("value"u8);
            if (!isValue && !name.SequenceEqual("@type"u8))
            {
                Fault($"{ScalarText.Show(name)} beside the '@type' {schema.Descriptor.FullName}; its value stands under 'value'");
            }

            _json.Read();
            if (!isValue) { continue; }
            if (isRead) { Fault("'value' stands here twice"); }
            isRead = true;
            ReadMessage(schema);
        }

        if (!isRead) { Fault($"'value' is missing beside the '@type' {schema.Descriptor.FullName}"); }
    }

    /// <summary>Looks ahead for '@type'; null when it is missing, twice there, or no string.</summary>
    private readonly string? FindType()
    {
        string? type = null;
        var ahead = _json;
        while (ahead.Read() && ahead.TokenType != JsonTokenType.EndObject)
        {
            bool isType = ahead.ValueIsEscaped ? TryString(ref ahead) == "@type" : ahead.ValueSpan.SequenceEqual("@type"u8);
            ahead.Read();
            if (!isType) { ahead.Skip(); }
            else if (type is not null || ahead.TokenType != JsonTokenType.String) { return null; }
            else if (TryString(ref ahead) is { } url) { type = url; }
            else { return null; }
        }

        return type;
    }

    private static string? TryString(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no type has such a name.
            return null;
        }
    }
}
