using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// A protobuf message under construction, in one pooled array. Messages merge by standing one behind the other, so a request's path, query and
/// body are simply written in turn.
/// </summary>
internal sealed class WireBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(512);
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public int Length => _length;

    /// <summary>Takes back what was written behind this length.</summary>
    public void Truncate(int length) => _length = length;

    public void Tag(FieldSchema field) => Tag(field.Descriptor.FieldNumber, field.WireType);

    public void Tag(int number, WireFormat.WireType type) => Varint(WireFormat.MakeTag(number, type));

    public void Varint(ulong value)
    {
        _length += WriteVarint(Reserve(10), value);
    }

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        _length += 4;
    }

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        _length += 8;
    }

    /// <summary>Length and bytes of a string or bytes field.</summary>
    public void Delimited(ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)bytes.Length);
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>At least <paramref name="count"/> bytes to write into; <see cref="Advance"/> takes them.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) { Grow(count); }
        return _bytes.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Opens a length-delimited value; its length is filled in by <see cref="End"/>.</summary>
    public int Begin()
    {
        Reserve(1);
        return ++_length;
    }

    public void End(int begin)
    {
        int size = _length - begin;
        int extra = LengthBytes(size) - 1;
        if (extra > 0)
        {
            // Most messages are shorter than 128 bytes; the others move once, by one to four bytes.
            Reserve(extra);
            _bytes.AsSpan(begin, size).CopyTo(_bytes.AsSpan(begin + extra));
        }

        WriteVarint(_bytes.AsSpan(begin - 1), (ulong)size);
        _length += extra;
    }

    public void Dispose()
    {
        if (_bytes.Length == 0) { return; }
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private static int WriteVarint(Span<byte> target, ulong value)
    {
        int i = 0;
        for (; value >= 0x80; value >>= 7) { target[i++] = (byte)(value | 0x80); }
        target[i++] = (byte)value;
        return i;
    }

    private static int LengthBytes(int size) => size < 1 << 7 ? 1 : size < 1 << 14 ? 2 : size < 1 << 21 ? 3 : size < 1 << 28 ? 4 : 5;

    private void Grow(int count)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, checked(_length + count)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
