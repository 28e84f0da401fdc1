using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Framing;

/// <summary>
/// Where a message type has text. The protobuf runtime turns bytes that are no UTF-8 into U+FFFD without a word, so that two different keys of a
/// caller could become one; here they are found before the message is parsed.
/// </summary>
internal sealed class TextFields
{
    /// <summary>The runtime refuses deeper messages itself.</summary>
    private const int DeepestMessage = 100;

    private static readonly ConcurrentDictionary<MessageDescriptor, TextFields> Known = new();

    /// <summary>By field number: text and messages that hold text somewhere. Made once, then only read.</summary>
    private readonly Dictionary<uint, Field> _fields = [];

    private TextFields()
    {
    }

    private sealed record Field(FieldDescriptor Descriptor, TextFields? Message);

    private enum WireType
    {
        Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5,
    }

    /// <summary>The text fields of a message type.</summary>
    public static TextFields Of(MessageDescriptor descriptor) => Known.GetOrAdd(descriptor, d => Build(d, []));

    /// <summary>The first text field whose bytes are no UTF-8; null: there is none, or the bytes are no message at all, which the parser reports better.</summary>
    public FieldDescriptor? FindInvalid(in ReadOnlySequence<byte> message)
    {
        if (_fields.Count == 0 || IsAscii(message)) { return null; }
        var reader = new SequenceReader<byte>(message);
        return Find(ref reader, message.Length, DeepestMessage);
    }

    private static TextFields Build(MessageDescriptor descriptor, Dictionary<MessageDescriptor, TextFields> begun)
    {
        if (begun.TryGetValue(descriptor, out var known)) { return known; }
        var made = begun[descriptor] = new TextFields();
        foreach (var field in descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType == FieldType.String) { made._fields[(uint)field.FieldNumber] = new(field, null); }
            else if (field.FieldType == FieldType.Message && HoldsText(field.MessageType, []))
            {
                made._fields[(uint)field.FieldNumber] = new(field, Build(field.MessageType, begun));
            }
        }

        return made;
    }

    private static bool HoldsText(MessageDescriptor descriptor, HashSet<MessageDescriptor> seen) =>
        seen.Add(descriptor) && descriptor.Fields.InFieldNumberOrder()
            .Any(f => f.FieldType == FieldType.String || (f.FieldType == FieldType.Message && HoldsText(f.MessageType, seen)));

    private static bool IsAscii(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment) { return Ascii.IsValid(bytes.FirstSpan); }
        foreach (var part in bytes)
        {
            if (!Ascii.IsValid(part.Span)) { return false; }
        }

        return true;
    }

    private FieldDescriptor? Find(ref SequenceReader<byte> reader, long end, int depth)
    {
        while (reader.Consumed < end && TryReadVarint(ref reader, out ulong tag))
        {
            long length = 0;
            if ((WireType)(tag & 7) == WireType.Length)
            {
                if (!TryReadVarint(ref reader, out ulong claimed) || claimed > (ulong)(end - reader.Consumed)) { return null; }
                length = (long)claimed;
                if (_fields.TryGetValue((uint)(tag >> 3), out var field))
                {
                    if (FindIn(field, ref reader, length, depth) is { } invalid) { return invalid; }
                    continue;
                }
            }

            if (!TrySkip(ref reader, (WireType)(tag & 7), length)) { return null; }
        }

        return null;
    }

    /// <summary>Looks into one field, and stands behind it afterwards.</summary>
    private static FieldDescriptor? FindIn(Field field, ref SequenceReader<byte> reader, long length, int depth)
    {
        if (field.Message is null)
        {
            bool valid = IsUtf8(reader.UnreadSequence.Slice(0, length));
            reader.Advance(length);
            return valid ? null : field.Descriptor;
        }

        long end = reader.Consumed + length;
        var invalid = depth > 0 ? field.Message.Find(ref reader, end, depth - 1) : null;
        if (invalid is null) { reader.Advance(Math.Max(0, end - reader.Consumed)); }
        return invalid;
    }

    private static bool IsUtf8(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment) { return Utf8.IsValid(text.FirstSpan); }
        byte[] joined = ArrayPool<byte>.Shared.Rent((int)text.Length);
        try
        {
            text.CopyTo(joined);
            return Utf8.IsValid(joined.AsSpan(0, (int)text.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private static bool TrySkip(ref SequenceReader<byte> reader, WireType type, long length)
    {
        long bytes = type switch { WireType.Fixed64 => 8, WireType.Fixed32 => 4, WireType.Length => length, WireType.Varint => 0, _ => long.MaxValue };
        if (type == WireType.Varint) { return TryReadVarint(ref reader, out _); }
        if (bytes > reader.Remaining) { return false; }
        reader.Advance(bytes);
        return true;
    }

    private static bool TryReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && reader.TryRead(out byte b); shift += 7)
        {
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) { return true; }
        }

        return false;
    }
}
