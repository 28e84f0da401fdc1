using System.Buffers.Binary;
using Google.Protobuf;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// Walks the wire form of a message that this process has serialised itself; so anything malformed is our own fault, and thrown as such.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True when no byte is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The number of the next field, which stays unread; 0 at the end.</summary>
    public readonly int PeekNumber()
    {
        if (_rest.IsEmpty) { return 0; }
        var ahead = this;
        return WireFormat.GetTagFieldNumber(ahead.Tag());
    }

    public uint Tag() => (uint)Varint();

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) { return value; }
        }

        throw new InvalidOperationException("A serialised message holds a varint of more than ten bytes.");
    }

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Delimited() => Take(checked((int)Varint()));

    /// <summary>Passes over a value with this tag.</summary>
    public void Skip(uint tag)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint: Varint(); break;
            case WireFormat.WireType.Fixed32: Take(4); break;
            case WireFormat.WireType.Fixed64: Take(8); break;
            case WireFormat.WireType.LengthDelimited: Delimited(); break;
            case WireFormat.WireType.StartGroup: SkipGroup(WireFormat.GetTagFieldNumber(tag)); break;
            default: throw new InvalidOperationException($"A serialised message holds the tag {tag}.");
        }
    }

    private void SkipGroup(int number)
    {
        // Only unknown fields can be groups here, and they stay as they came.
        uint end = WireFormat.MakeTag(number, WireFormat.WireType.EndGroup);
        for (uint tag = Tag(); tag != end; tag = Tag()) { Skip(tag); }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) { throw new InvalidOperationException("A serialised message ends in the middle of a field."); }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
