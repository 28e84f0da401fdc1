using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>A field prepared for JSON: its tag, its names in both directions, and the schema of its message type.</summary>
internal sealed class FieldSchema
{
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _numbers;
    private readonly FrozenDictionary<int, JsonEncodedText> _names = FrozenDictionary<int, JsonEncodedText>.Empty;

    public FieldSchema(FieldDescriptor descriptor, int index, SchemaSet set)
    {
        Descriptor = descriptor;
        Index = index;
        Type = descriptor.FieldType;
        IsRepeated = descriptor.IsRepeated && !descriptor.IsMap;
        IsMap = descriptor.IsMap;
        HasPresence = descriptor.HasPresence;
        Name = JsonEncodedText.Encode(descriptor.JsonName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        OneofSiblings = descriptor.RealContainingOneof is { } oneof ? [.. oneof.Fields.Where(f => f != descriptor)] : [];
        if (Type == FieldType.Group)
        {
            throw new InvalidOperationException($"{descriptor.FullName} is a group; groups have no JSON form. Use a message.");
        }

        if (Type == FieldType.Message) { Message = set.Get(descriptor.MessageType); }
        if (Type != FieldType.Enum) { return; }
        _numbers = descriptor.EnumType.Values.ToFrozenDictionary(v => v.Name, v => v.Number).GetAlternateLookup<ReadOnlySpan<char>>();
        _names = descriptor.EnumType.Values.DistinctBy(v => v.Number).ToFrozenDictionary(v => v.Number, v => JsonEncodedText.Encode(v.Name));
    }

    public FieldDescriptor Descriptor { get; }

    /// <summary>Position among the fields of its message.</summary>
    public int Index { get; }

    public FieldType Type { get; }

    public bool IsRepeated { get; }

    public bool IsMap { get; }

    /// <summary>The fields that cannot be set beside this one.</summary>
    public FieldDescriptor[] OneofSiblings { get; }

    /// <summary>The field can be absent, and then stands not in the JSON; any other is written with its default.</summary>
    public bool HasPresence { get; }

    public JsonEncodedText Name { get; }

    /// <summary>The schema of a message field's type; a map's is its entry's.</summary>
    public MessageSchema? Message { get; }

    public FieldSchema MapKey => Message!.Fields[0];

    public FieldSchema MapValue => Message!.Fields[1];

    /// <summary>google.protobuf.NullValue, whose JSON form is null.</summary>
    public bool IsNullValue => Type == FieldType.Enum && Descriptor.EnumType.FullName == "google.protobuf.NullValue";

    /// <summary>The wire type of one value of the field.</summary>
    public WireFormat.WireType WireType => Type switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireFormat.WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireFormat.WireType.Fixed32,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        _ => WireFormat.WireType.Varint,
    };

    /// <summary>The elements stand without tags behind one length.</summary>
    public bool IsPacked => Descriptor.IsPacked && WireType != WireFormat.WireType.LengthDelimited;

    public bool TryGetEnumNumber(ReadOnlySpan<char> name, out int number) => _numbers.TryGetValue(name, out number);

    public bool TryGetEnumName(int number, out JsonEncodedText name) => _names.TryGetValue(number, out name);

    public override string ToString() => Descriptor.FullName;
}
