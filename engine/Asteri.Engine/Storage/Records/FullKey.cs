using System.Buffers.Binary;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// The key of an entry over all spaces of a lane: <c>[u8 kind][u32 space id, big-endian][key]</c>. Ordinal order of full keys is order by kind,
/// space and key. The key of an appended entry ends with its seq, 8 bytes, big-endian.
/// </summary>
internal static class FullKey
{
    public const int SpaceBytes = 5;
    public const int SeqBytes = 8;

    /// <summary>Writes the full key; returns its length.</summary>
    public static int Write(Span<byte> destination, Space space, ReadOnlySpan<byte> key)
    {
        WriteSpace(destination, space);
        key.CopyTo(destination[SpaceBytes..]);
        return SpaceBytes + key.Length;
    }

    /// <summary>Writes the full key of the entry that an append with <paramref name="seq"/> makes; returns its length.</summary>
    public static int WriteAppended(Span<byte> destination, Space space, ReadOnlySpan<byte> key, ulong seq)
    {
        var length = Write(destination, space, key);
        BinaryPrimitives.WriteUInt64BigEndian(destination[length..], seq);
        return length + SeqBytes;
    }

    /// <summary>Writes what all full keys of a space start with.</summary>
    public static void WriteSpace(Span<byte> destination, Space space)
    {
        destination[0] = (byte)space.Kind;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], space.Id);
    }

    public static byte[] Of(Space space, ReadOnlySpan<byte> key)
    {
        var full = new byte[SpaceBytes + key.Length];
        Write(full, space, key);
        return full;
    }

    public static Space SpaceOf(ReadOnlySpan<byte> fullKey) => new((RecordKind)fullKey[0], BinaryPrimitives.ReadUInt32BigEndian(fullKey[1..]));

    public static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> fullKey) => fullKey[SpaceBytes..];
}
