using System.Buffers.Binary;
using Asteri.Compute.Memory;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// A value as the value store keeps it: <c>[u32 CRC32C over the full key and everything behind this field][u8 format, 1][3 zero][u64 seq][value]</c>,
/// little-endian. The checksum covers the key, so that a right value under a wrong key is found too.
/// </summary>
internal static class ValueEnvelope
{
    public const int HeaderBytes = 16;

    private const uint Format = 1;

    /// <summary>Writes the envelope of <paramref name="value"/> into <see cref="HeaderBytes"/> + its length bytes.</summary>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> fullKey, ulong seq, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Format);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], seq);
        value.CopyTo(destination[HeaderBytes..]);
        var crc = Checksum(fullKey, destination[..(HeaderBytes + value.Length)]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, crc);
    }

    /// <summary>Opens an envelope. False, never an exception, when it is not what was written under <paramref name="fullKey"/>.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> fullKey, out ulong seq, out ReadOnlySpan<byte> value)
    {
        seq = 0;
        value = default;
        if (envelope.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(envelope) != Checksum(fullKey, envelope))
            return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(envelope[4..]) != Format)
            return false;
        seq = BinaryPrimitives.ReadUInt64LittleEndian(envelope[8..]);
        value = envelope[HeaderBytes..];
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> fullKey, ReadOnlySpan<byte> envelope) => Crc32C.Append(Crc32C.Compute(fullKey), envelope[4..]);
}
