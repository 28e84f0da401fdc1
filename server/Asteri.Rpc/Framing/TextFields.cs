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
        Varint = 0, Fixed64 = 1, Length = 2, StartGroup = 3, EndGroup = 4, Fixed32 = 5,
    }

    /// <summary>The text fields of a message type.</summary>
    public static TextFields Of(MessageDescriptor descriptor) => Known.GetOrAdd(descriptor, d => Build(d, []));

    /// <summary>
    /// The first text field whose bytes are no UTF-8; null: there is none, or the bytes are no message at all, which the parser reports better.
    /// </summary>
    public FieldDescriptor? FindInvalid(in ReadOnlySequence<byte> message) =>
        _fields.Count == 0 || IsAscii(message) ? null : Find(message, DeepestMessage);

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

    private FieldDescriptor? Find(in ReadOnlySequence<byte> message, int depth)
    {
        var reader = new SequenceReader<byte>(message);
        int groups = 0; // no type of ours has groups: what is inside of one is unknown, and skipped
        while (TryReadVarint(ref reader, out ulong tag))
        {
            var type = (WireType)(tag & 7);
            if (type != WireType.Length)
            {
                groups += type switch { WireType.StartGroup => 1, WireType.EndGroup => -1, _ => 0 };
                if (groups < 0 || !TrySkip(ref reader, type)) { return null; }
                continue;
            }

            if (!TryReadVarint(ref reader, out ulong wide) || (uint)wide > reader.Remaining) { return null; }
            long length = (uint)wide; // as the runtime does: the low 32 bits, here and of a tag
            if (groups == 0
                && _fields.TryGetValue((uint)tag >> 3, out var field)
                && FindIn(field, reader.UnreadSequence.Slice(0, length), depth) is { } invalid)
            {
                return invalid;
            }

            reader.Advance(length);
        }

        return null;
    }

    private static FieldDescriptor? FindIn(Field field, in ReadOnlySequence<byte> value, int depth)
    {
        if (field.Message is null) { return IsUtf8(value) ? null : field.Descriptor; }
        return depth > 0 ? field.Message.Find(value, depth - 1) : null;
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

    private static bool TrySkip(ref SequenceReader<byte> reader, WireType type)
    {
        if (type == WireType.Varint) { return TryReadVarint(ref reader, out _); }
        int bytes = type switch { WireType.Fixed64 => 8, WireType.Fixed32 => 4, WireType.StartGroup or WireType.EndGroup => 0, _ => int.MaxValue };
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
