using System.Buffers.Binary;
using System.Text;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// Reads what <see cref="ByteWriter"/> wrote. Reading beyond the end gives zeros and sets <see cref="Failed"/>, so that a parser checks once,
/// at its end.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private static readonly byte[] Zeros = new byte[16];

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True when more was read than there is, or a text was not UTF-8.</summary>
    public bool Failed { get; private set; }

    public readonly int Left => _rest.Length;

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Number(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Number(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Number(8));

    public Guid Id() => new(Number(16));

    public string Text()
    {
        var text = Bytes(U16());
        if (System.Text.Unicode.Utf8.IsValid(text))
            return Encoding.UTF8.GetString(text);
        Failed = true;
        return "";
    }

    /// <summary>The next bytes; none when there are fewer.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        Failed |= count < 0 || count > _rest.Length;
        if (Failed)
            return default;
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ReadOnlySpan<byte> Number(int size)
    {
        var bytes = Bytes(size);
        return Failed ? Zeros.AsSpan(0, size) : bytes;
    }
}
