using System.Buffers.Binary;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// One operation in the log: <c>[u8 code][u8 kind][u32 space id][u16 key length][u32 value length][key][value]</c>, little-endian. The key of
/// an append is the caller's; its entry's key is that followed by the operation's seq (<see cref="FullKey.WriteAppended"/>).
/// </summary>
internal readonly ref struct LogOp(LogOpCode code, Space space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
{
    public const int HeaderBytes = 12;

    public LogOpCode Code { get; } = code;

    public Space Space { get; } = space;

    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>Empty for a delete.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    public int ByteSize => HeaderBytes + Key.Length + Value.Length;

    /// <summary>Bytes of the entry's full key.</summary>
    public int FullKeyBytes => FullKey.SpaceBytes + Key.Length + (Code == LogOpCode.Append ? FullKey.SeqBytes : 0);

    /// <summary>Writes the full key of the entry that this operation is about; returns its length.</summary>
    public int WriteFullKey(Span<byte> destination, ulong seq) =>
        Code == LogOpCode.Append ? FullKey.WriteAppended(destination, Space, Key, seq) : FullKey.Write(destination, Space, Key);

    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)Code;
        destination[1] = (byte)Space.Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[2..], Space.Id);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Key.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], (uint)Value.Length);
        Key.CopyTo(destination[HeaderBytes..]);
        Value.CopyTo(destination[(HeaderBytes + Key.Length)..]);
    }

    /// <summary>Reads the operation at the start of <paramref name="bytes"/>. False, never an exception, for bytes that are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LogOp op)
    {
        op = default;
        if (bytes.Length < HeaderBytes || bytes[0] is < (byte)LogOpCode.Put or > (byte)LogOpCode.Append)
            return false;
        int keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        long valueBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (keyBytes == 0 || HeaderBytes + keyBytes + valueBytes > bytes.Length)
            return false;
        var code = (LogOpCode)bytes[0];
        if (code == LogOpCode.Delete && valueBytes != 0)
            return false;
        var space = new Space((RecordKind)bytes[1], BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]));
        op = new LogOp(code, space, bytes.Slice(HeaderBytes, keyBytes), bytes.Slice(HeaderBytes + keyBytes, (int)valueBytes));
        return true;
    }
}
