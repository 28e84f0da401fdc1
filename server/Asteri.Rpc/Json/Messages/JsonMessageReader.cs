using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// Reads protobuf JSON straight into protobuf's wire form: no object a field, and every fault is an INVALID_ARGUMENT that names the place in the
/// document. Stricter than the mapping demands where it leaves a choice: a name twice, an unknown name, two fields of a oneof are refused.
/// </summary>
internal ref partial struct JsonMessageReader
{
    /// <summary>Messages inside messages: below the 100 at which protobuf's own parser gives up.</summary>
    private const int MaxMessageDepth = 96;
    private const int MaxJsonDepth = 128;
    private const int MaxFields = 256;
    private const int WordBits = 64;

    private readonly JsonTarget _target;
    private readonly WireBuffer _wire;
    private readonly JsonPath _path = new();
    private Utf8JsonReader _json;
    private byte[]? _scratch;
    private int _depth;
    private int _anyDepth;

    private JsonMessageReader(ReadOnlySpan<byte> json, JsonTarget target, WireBuffer wire)
    {
        _json = new(json, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        _target = target;
        _wire = wire;
    }

    /// <summary>Reads one document, and writes what it sets behind what <paramref name="wire"/> holds already.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the document is not JSON, or not this message.</exception>
    public static void Read(ReadOnlySpan<byte> json, JsonTarget target, WireBuffer wire)
    {
        if (!Utf8.IsValid(json)) { throw RpcException.Invalid("body", $"not UTF-8 at byte {FirstInvalid(json)}"); }
        var reader = new JsonMessageReader(json, target, wire);
        try
        {
            reader.ReadDocument();
        }
        catch (JsonException e)
        {
            // The parser's message ends with its own, zero-based, idea of the place.
            string problem = e.Message.Split(" LineNumber:")[0];
            throw RpcException.Invalid(reader._path.Show(), $"not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {problem}");
        }
        finally
        {
            if (reader._scratch is { } scratch) { ArrayPool<byte>.Shared.Return(scratch); }
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out int used) == OperationStatus.Done) { at += used; }
        return at;
    }

    private void ReadDocument()
    {
        _json.Read();
        if (_target.Field is { } field)
        {
            _path.Push(field);
            ReadField(field);
        }
        else
        {
            ReadMessage(_target.Message);
        }

        // Throws when anything but white space follows.
        _json.Read();
    }

    private void ReadFields(MessageSchema schema, bool insideAny = false)
    {
        Expect(JsonTokenType.StartObject, "an object");
        int words = (schema.Fields.Length + WordBits - 1) / WordBits;
        Span<ulong> seen = schema.Fields.Length <= MaxFields ? stackalloc ulong[MaxFields / WordBits] : new ulong[words];
        Span<ulong> set = schema.Fields.Length <= MaxFields ? stackalloc ulong[MaxFields / WordBits] : new ulong[words];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var name = Text();
            if (insideAny && name.SequenceEqual("@type"u8)) { _json.Read(); continue; }
            var field = schema.Find(name) ?? throw Unknown(schema, name);
            _path.Push(field);
            if (!Mark(seen, field.Index)) { Fault("stands here twice"); }
            _json.Read();
            if (ReadField(field))
            {
                Mark(set, field.Index);
                RefuseSiblings(schema, field, set);
            }

            _path.Pop();
        }
    }

    /// <summary>Reads a field's value, whatever its shape; false when it is null, which leaves the field unset.</summary>
    private bool ReadField(FieldSchema field)
    {
        if (_json.TokenType == JsonTokenType.Null && (field.IsRepeated || field.IsMap || !TakesNull(field))) { return false; }
        foreach (var way in _target.Elsewhere)
        {
            if (_path.Is(way)) { Fault("stands in the path of this request; leave it out of the body"); }
        }

        if (field.IsMap) { ReadMap(field); }
        else if (field.IsRepeated) { ReadArray(field); }
        else { ReadSingle(field); }
        return true;
    }

    /// <summary>A value as protobuf itself would write it: a default that cannot be told from absence is left out.</summary>
    private void ReadSingle(FieldSchema field)
    {
        int before = _wire.Length;
        int value = ReadValue(field);
        if (!field.HasPresence) { DropDefault(before, value); }
    }

    /// <summary>Takes a field back to <paramref name="before"/> its tag when its value is all zero bytes: every scalar's default is.</summary>
    private readonly void DropDefault(int before, int value)
    {
        if (!_wire.Written[value..].ContainsAnyExcept((byte)0)) { _wire.Truncate(before); }
    }

    private void ReadArray(FieldSchema field)
    {
        Expect(JsonTokenType.StartArray, "an array");
        int before = _wire.Length;
        int packed = 0;
        if (field.IsPacked)
        {
            _wire.Tag(field.Descriptor.FieldNumber, WireFormat.WireType.LengthDelimited);
            packed = _wire.Begin();
        }

        int count = 0;
        for (; _json.Read() && _json.TokenType != JsonTokenType.EndArray; count++)
        {
            _path.Push(count);
            if (packed != 0) { ReadScalar(field); }
            else
            {
                RefuseNull(field);
                ReadValue(field);
            }

            _path.Pop();
        }

        if (count == 0) { _wire.Truncate(before); }
        else if (packed != 0) { _wire.End(packed); }
    }

    private void ReadMap(FieldSchema field)
    {
        Expect(JsonTokenType.StartObject, "an object");
        var keys = new HashSet<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var text = Text();
            string key = Encoding.UTF8.GetString(text);
            _path.Push(key);
            if (!keys.Add(key)) { Fault("stands here twice"); }
            _wire.Tag(field);
            int begin = Open();
            _wire.Tag(field.MapKey);
            int keyAt = _wire.Length;
            Check(ScalarText.Write(field.MapKey, text, _wire));
            DropDefault(begin, keyAt);
            _json.Read();
            RefuseNull(field.MapValue);
            ReadSingle(field.MapValue);
            Close(begin);
            _path.Pop();
        }
    }

    private readonly void RefuseNull(FieldSchema field)
    {
        if (_json.TokenType == JsonTokenType.Null && !TakesNull(field)) { Fault("null is no element; leave it out"); }
    }

    /// <summary>One value with its tag; returns where the value begins.</summary>
    private int ReadValue(FieldSchema field)
    {
        _wire.Tag(field);
        int value = _wire.Length;
        if (field.Message is not { } schema)
        {
            ReadScalar(field);
            return value;
        }

        int begin = Open();
        ReadMessage(schema);
        Close(begin);
        return value;
    }

    private void ReadMessage(MessageSchema schema)
    {
        switch (schema.Form)
        {
            case WellKnownForm.None: ReadFields(schema); break;
            case WellKnownForm.Wrapper: ReadSingle(schema.Fields[0]); break;
            case WellKnownForm.Struct: ReadStruct(); break;
            case WellKnownForm.Value: ReadDynamic(); break;
            case WellKnownForm.ListValue: ReadList(); break;
            case WellKnownForm.Any: ReadAny(); break;
            default:
                Expect(JsonTokenType.String, "a string");
                Check(WellKnownText.Write(schema.Form, Text(), _wire));
                break;
        }
    }

    private void ReadScalar(FieldSchema field)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.String when field.Type != FieldType.Bool:
                Check(ScalarText.Write(field, Text(), _wire));
                break;
            case JsonTokenType.Number when field.Type is not (FieldType.Bool or FieldType.String or FieldType.Bytes):
                Check(ScalarText.Write(field, _json.ValueSpan, _wire));
                break;
            case JsonTokenType.True or JsonTokenType.False when field.Type == FieldType.Bool:
                _wire.Varint(_json.TokenType == JsonTokenType.True ? 1UL : 0UL);
                break;
            case JsonTokenType.Null when field.IsNullValue:
                _wire.Varint(0);
                break;
            default:
                Fault($"expected {Expected(field.Type)}, found {Found()}");
                break;
        }
    }

    private static bool TakesNull(FieldSchema field) => field.IsNullValue || field.Message?.Form == WellKnownForm.Value;

    private static bool Mark(scoped Span<ulong> bits, int index)
    {
        ulong bit = 1UL << (index % WordBits);
        bool isNew = (bits[index / WordBits] & bit) == 0;
        bits[index / WordBits] |= bit;
        return isNew;
    }

    private void RefuseSiblings(MessageSchema schema, FieldSchema field, scoped ReadOnlySpan<ulong> set)
    {
        foreach (var sibling in field.OneofSiblings)
        {
            int index = schema.Find(sibling.JsonName)!.Index;
            if ((set[index / WordBits] & (1UL << (index % WordBits))) != 0)
            {
                Fault($"'{sibling.JsonName}' is set already, and only one of the two can be");
            }
        }
    }

    private int Open()
    {
        if (++_depth > MaxMessageDepth) { Fault($"nested deeper than {MaxMessageDepth} messages"); }
        return _wire.Begin();
    }

    private void Close(int begin)
    {
        _depth--;
        _wire.End(begin);
    }

    /// <summary>The current name or string, unescaped. Valid until the next call.</summary>
    private ReadOnlySpan<byte> Text()
    {
        if (!_json.ValueIsEscaped) { return _json.ValueSpan; }
        if (_scratch is null || _scratch.Length < _json.ValueSpan.Length)
        {
            if (_scratch is not null) { ArrayPool<byte>.Shared.Return(_scratch); }
            _scratch = ArrayPool<byte>.Shared.Rent(_json.ValueSpan.Length);
        }

        try
        {
            return _scratch.AsSpan(0, _json.CopyString(_scratch));
        }
        catch (InvalidOperationException)
        {
            throw RpcException.Invalid(_path.Show(), "a \\u escape that is one half of a surrogate pair, without the other");
        }
    }

    private void Expect(JsonTokenType type, string what)
    {
        if (_json.TokenType != type) { Fault($"expected {what}, found {Found()}"); }
    }

    private void Check(string? problem)
    {
        if (problem is not null) { Fault(problem); }
    }

    private string Found() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a bool",
    };

    private static string Expected(FieldType type) => type switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a string",
        FieldType.Bytes => "a string in base64",
        FieldType.Enum => "the name of a value, or its number",
        FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 or FieldType.Fixed64 or FieldType.SFixed64 => "a number, or a string that holds one",
        _ => "a number",
    };

    private readonly RpcException Unknown(MessageSchema schema, ReadOnlySpan<byte> name)
    {
        string fields = string.Join(", ", schema.Fields.Select(f => f.Descriptor.JsonName));
        return RpcException.Invalid(
            _path.Show(ScalarText.Show(name).Trim('\'')),
            $"no such field; {schema.Descriptor.FullName} has {(fields.Length == 0 ? "none" : fields)}");
    }

    [DoesNotReturn]
    private readonly void Fault(string problem) => throw RpcException.Invalid(_path.Show(), problem);
}
