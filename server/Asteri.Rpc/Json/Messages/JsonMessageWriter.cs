using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// Writes messages as protobuf JSON, from their wire form. Fields without presence are written with their defaults: a caller sees the zero that
/// was counted, and the shape of a reply does not depend on its content; a field that can be absent and is stands not there.
/// </summary>
internal sealed class JsonMessageWriter(SchemaSet set)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// A writer with the options that this class expects. Text is escaped as JSON demands and no further: what is written is never HTML.
    /// </summary>
    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, Options);

    /// <summary>Writes a message, or with <paramref name="field"/> only the value of that field.</summary>
    /// <exception cref="InvalidOperationException">The message has no JSON form: a timestamp of the year 10000.</exception>
    public void Write(IMessage message, MessageSchema schema, FieldSchema? field, Utf8JsonWriter json)
    {
        int size = message.CalculateSize();
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var wire = rented.AsSpan(0, size);
            message.WriteTo(wire);
            if (field is null) { WriteMessage(schema, wire, json); }
            else { WriteOnly(field, wire, json); }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes an Any, or what it holds in base64 when its type is not known here.</summary>
    public void WriteAny(string url, ReadOnlySpan<byte> value, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("@type"u8, url);
        switch (set.FindByTypeUrl(url))
        {
            case null:
                json.WriteBase64String("value"u8, value);
                break;
            case { Form: WellKnownForm.None } schema:
                WriteFields(schema, value, json);
                break;
            case { } schema:
                json.WritePropertyName("value"u8);
                WriteMessage(schema, value, json);
                break;
        }

        json.WriteEndObject();
    }

    private void WriteMessage(MessageSchema schema, ReadOnlySpan<byte> wire, Utf8JsonWriter json)
    {
        switch (schema.Form)
        {
            case WellKnownForm.None:
                json.WriteStartObject();
                WriteFields(schema, wire, json);
                json.WriteEndObject();
                break;
            case WellKnownForm.Timestamp or WellKnownForm.Duration:
                var (seconds, nanos) = ReadTime(wire);
                bool isMoment = schema.Form == WellKnownForm.Timestamp;
                json.WriteStringValue(isMoment ? TimeText.Timestamp(seconds, nanos) : TimeText.Duration(seconds, nanos));
                break;
            case WellKnownForm.FieldMask:
                json.WriteStringValue(ReadMask(wire));
                break;
            case WellKnownForm.Wrapper:
                WriteOnly(schema.Fields[0], wire, json);
                break;
            case WellKnownForm.Struct or WellKnownForm.ListValue:
                // Both are one field: the map of a Struct, the values of a ListValue.
                WriteOnly(schema.Fields[0], wire, json);
                break;
            case WellKnownForm.Value:
                WriteDynamic(schema, wire, json);
                break;
            case WellKnownForm.Any:
                WriteAny(wire, json);
                break;
        }
    }

    private void WriteFields(MessageSchema schema, ReadOnlySpan<byte> wire, Utf8JsonWriter json)
    {
        var reader = new WireReader(wire);
        foreach (var field in schema.Fields)
        {
            int next = SkipUnknown(schema, field.Descriptor.FieldNumber, ref reader);
            bool isPresent = next == field.Descriptor.FieldNumber;
            if (!isPresent && field.HasPresence) { continue; }
            json.WritePropertyName(field.Name);
            WriteValue(field, isPresent, ref reader, json);
        }
    }

    /// <summary>Writes the value of one field, and passes over the others.</summary>
    private void WriteOnly(FieldSchema field, ReadOnlySpan<byte> wire, Utf8JsonWriter json)
    {
        var reader = new WireReader(wire);
        int next = reader.PeekNumber();
        for (; next != 0 && next != field.Descriptor.FieldNumber; next = reader.PeekNumber()) { reader.Skip(reader.Tag()); }
        if (next == 0 && field.Message is not null && !field.IsRepeated && !field.IsMap) { json.WriteNullValue(); }
        else { WriteValue(field, next != 0, ref reader, json); }
    }

    /// <summary>Passes over unknown fields that stand before <paramref name="number"/>; the next number.</summary>
    private static int SkipUnknown(MessageSchema schema, int number, ref WireReader reader)
    {
        int next = reader.PeekNumber();
        while (next != 0 && next < number)
        {
            if (schema.Descriptor.FindFieldByNumber(next) is not null)
            {
                throw new InvalidOperationException($"{schema.Descriptor.FullName} was serialised with its field {next} out of order.");
            }

            reader.Skip(reader.Tag());
            next = reader.PeekNumber();
        }

        return next;
    }

    private void WriteValue(FieldSchema field, bool isPresent, ref WireReader reader, Utf8JsonWriter json)
    {
        if (field.IsMap) { WriteMap(field, ref reader, json); }
        else if (field.IsRepeated) { WriteArray(field, ref reader, json); }
        else if (!isPresent) { WriteDefault(field, json); }
        else
        {
            reader.Tag();
            WriteSingle(field, ref reader, json);
        }
    }

    private void WriteArray(FieldSchema field, ref WireReader reader, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        while (reader.PeekNumber() == field.Descriptor.FieldNumber)
        {
            bool isDelimited = WireFormat.GetTagWireType(reader.Tag()) == WireFormat.WireType.LengthDelimited;
            bool isPacked = isDelimited && field.WireType != WireFormat.WireType.LengthDelimited;
            if (!isPacked)
            {
                WriteSingle(field, ref reader, json);
                continue;
            }

            var values = new WireReader(reader.Delimited());
            while (!values.IsAtEnd) { WriteSingle(field, ref values, json); }
        }

        json.WriteEndArray();
    }

    private void WriteMap(FieldSchema field, ref WireReader reader, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        while (reader.PeekNumber() == field.Descriptor.FieldNumber)
        {
            reader.Tag();
            var entry = new WireReader(reader.Delimited());
            bool hasKey = entry.PeekNumber() == 1;
            if (hasKey) { entry.Tag(); }
            json.WritePropertyName(KeyText(field.MapKey.Type, hasKey, ref entry));
            if (entry.PeekNumber() == 2)
            {
                entry.Tag();
                WriteSingle(field.MapValue, ref entry, json);
            }
            else if (field.MapValue.Message is { } schema)
            {
                WriteMessage(schema, default, json);
            }
            else
            {
                WriteDefault(field.MapValue, json);
            }
        }

        json.WriteEndObject();
    }

    private static string KeyText(FieldType type, bool isPresent, ref WireReader reader) => type switch
    {
        FieldType.String => isPresent ? Encoding.UTF8.GetString(reader.Delimited()) : "",
        FieldType.Bool => isPresent && reader.Varint() != 0 ? "true" : "false",
        FieldType.UInt32 or FieldType.UInt64 => (isPresent ? reader.Varint() : 0).ToString(CultureInfo.InvariantCulture),
        FieldType.Fixed32 => (isPresent ? reader.Fixed32() : 0).ToString(CultureInfo.InvariantCulture),
        FieldType.Fixed64 => (isPresent ? reader.Fixed64() : 0).ToString(CultureInfo.InvariantCulture),
        _ => (isPresent ? ScalarJson.ReadSigned(type, ref reader) : 0).ToString(CultureInfo.InvariantCulture),
    };

    private void WriteSingle(FieldSchema field, ref WireReader reader, Utf8JsonWriter json)
    {
        if (field.Message is { } schema) { WriteMessage(schema, reader.Delimited(), json); }
        else { ScalarJson.Write(field, ref reader, json); }
    }

    private static void WriteDefault(FieldSchema field, Utf8JsonWriter json)
    {
        // Ten zero bytes are the default of every scalar on the wire: 0, 0.0, false, the empty string.
        var zero = new WireReader([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        ScalarJson.Write(field, ref zero, json);
    }

    private void WriteDynamic(MessageSchema schema, ReadOnlySpan<byte> wire, Utf8JsonWriter json)
    {
        var reader = new WireReader(wire);
        int number = reader.PeekNumber();
        if (schema.Descriptor.FindFieldByNumber(number) is null)
        {
            json.WriteNullValue();
            return;
        }

        reader.Tag();
        WriteSingle(schema.Fields[number - 1], ref reader, json);
    }

    private void WriteAny(ReadOnlySpan<byte> wire, Utf8JsonWriter json)
    {
        ReadOnlySpan<byte> url = default;
        ReadOnlySpan<byte> value = default;
        var reader = new WireReader(wire);
        while (!reader.IsAtEnd)
        {
            uint tag = reader.Tag();
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: url = reader.Delimited(); break;
                case 2: value = reader.Delimited(); break;
                default: reader.Skip(tag); break;
            }
        }

        if (!url.IsEmpty) { WriteAny(Encoding.UTF8.GetString(url), value, json); }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
    }

    private static (long Seconds, int Nanos) ReadTime(ReadOnlySpan<byte> wire)
    {
        long seconds = 0;
        int nanos = 0;
        var reader = new WireReader(wire);
        while (!reader.IsAtEnd)
        {
            uint tag = reader.Tag();
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: seconds = (long)reader.Varint(); break;
                case 2: nanos = (int)reader.Varint(); break;
                default: reader.Skip(tag); break;
            }
        }

        return (seconds, nanos);
    }

    private static string ReadMask(ReadOnlySpan<byte> wire)
    {
        var text = new StringBuilder();
        var reader = new WireReader(wire);
        while (!reader.IsAtEnd)
        {
            uint tag = reader.Tag();
            if (WireFormat.GetTagFieldNumber(tag) == 1) { FieldMaskText.AppendJson(text, Encoding.UTF8.GetString(reader.Delimited())); }
            else { reader.Skip(tag); }
        }

        return text.ToString();
    }
}
