using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// One scalar value from the wire to JSON: 64-bit integers as strings, bytes in base64, enums by name, what JSON's numbers lack as a word.
/// </summary>
internal static class ScalarJson
{
    public static void Write(FieldSchema field, ref WireReader reader, Utf8JsonWriter json)
    {
        switch (field.Type)
        {
            case FieldType.String: json.WriteStringValue(reader.Delimited()); break;
            case FieldType.Bytes: json.WriteBase64StringValue(reader.Delimited()); break;
            case FieldType.Bool: json.WriteBooleanValue(reader.Varint() != 0); break;
            case FieldType.Enum: WriteEnum(field, (int)reader.Varint(), json); break;
            case FieldType.Double: WriteDouble(BitConverter.UInt64BitsToDouble(reader.Fixed64()), json); break;
            case FieldType.Float: WriteFloat(BitConverter.UInt32BitsToSingle(reader.Fixed32()), json); break;
            case FieldType.UInt32: json.WriteNumberValue((uint)reader.Varint()); break;
            case FieldType.Fixed32: json.WriteNumberValue(reader.Fixed32()); break;
            case FieldType.UInt64: WriteLong(reader.Varint(), json); break;
            case FieldType.Fixed64: WriteLong(reader.Fixed64(), json); break;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32: json.WriteNumberValue(ReadSigned(field.Type, ref reader)); break;
            default: WriteLong(ReadSigned(field.Type, ref reader), json); break;
        }
    }

    public static long ReadSigned(FieldType type, ref WireReader reader)
    {
        switch (type)
        {
            case FieldType.SFixed32: return (int)reader.Fixed32();
            case FieldType.SFixed64: return (long)reader.Fixed64();
            case FieldType.SInt32 or FieldType.SInt64:
                ulong folded = reader.Varint();
                return (long)(folded >> 1) ^ -(long)(folded & 1);
            default: return (long)reader.Varint();
        }
    }

    private static void WriteEnum(FieldSchema field, int number, Utf8JsonWriter json)
    {
        if (field.IsNullValue) { json.WriteNullValue(); }
        else if (field.TryGetEnumName(number, out var name)) { json.WriteStringValue(name); }
        else { json.WriteNumberValue(number); }
    }

    private static void WriteLong<T>(T value, Utf8JsonWriter json)
        where T : IUtf8SpanFormattable
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        json.WriteStringValue(digits[..written]);
    }

    private static void WriteDouble(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value)) { json.WriteNumberValue(value); }
        else { json.WriteStringValue(Word(value)); }
    }

    private static void WriteFloat(float value, Utf8JsonWriter json)
    {
        if (float.IsFinite(value)) { json.WriteNumberValue(value); }
        else { json.WriteStringValue(Word(value)); }
    }

    private static string Word(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
