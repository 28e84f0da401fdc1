using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Asteri.Compute.Memory;

namespace Asteri.Engine.Storage;

/// <summary>
/// A position in the lanes: for each lane that a write touched, the seq of its last operation. Opaque outside the engine.
/// Its bytes: <c>[u8 format, 1]</c>, for each lane in ascending order <c>[varint lane][varint seq]</c>, <c>[u32 CRC32C of what stands before,
/// little-endian]</c>.
/// </summary>
public sealed class CommitToken
{
    private const byte Format = 1;
    private const int CrcBytes = 4;
    private const int MaxPairBytes = 15;
    private const int MaxLanes = 4096;

    /// <param name="seqs">Lane to seq; a watcher of several lanes makes the token of where it stands.</param>
    public CommitToken(IReadOnlyDictionary<int, ulong> seqs) => Seqs = seqs;

    /// <summary>Lane to seq.</summary>
    public IReadOnlyDictionary<int, ulong> Seqs { get; }

    public byte[] ToBytes()
    {
        var bytes = new byte[1 + (Seqs.Count * MaxPairBytes) + CrcBytes];
        bytes[0] = Format;
        var length = 1;
        foreach (var (lane, seq) in Seqs.OrderBy(pair => pair.Key))
        {
            length += WriteVarint(bytes.AsSpan(length), (ulong)lane);
            length += WriteVarint(bytes.AsSpan(length), seq);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length), Crc32C.Compute(bytes.AsSpan(0, length)));
        return bytes[..(length + CrcBytes)];
    }

    /// <summary>Reads a token that a caller brought back. False for anything that <see cref="ToBytes"/> did not write.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CommitToken? token)
    {
        token = null;
        if (bytes.Length is < 1 + CrcBytes or > 1 + (MaxLanes * MaxPairBytes) + CrcBytes || bytes[0] != Format)
            return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CrcBytes..]) != Crc32C.Compute(bytes[..^CrcBytes]))
            return false;
        var seqs = new Dictionary<int, ulong>();
        var rest = bytes[1..^CrcBytes];
        for (var previous = -1; !rest.IsEmpty;)
        {
            if (!TryReadVarint(ref rest, out var lane) || !TryReadVarint(ref rest, out var seq) || lane >= MaxLanes || (int)lane <= previous)
                return false;
            previous = (int)lane;
            seqs.Add(previous, seq);
        }

        token = new CommitToken(seqs);
        return true;
    }

    private static int WriteVarint(Span<byte> destination, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            destination[length++] = (byte)(value | 0x80);
        destination[length] = (byte)value;
        return length + 1;
    }

    /// <summary>Takes a number in its one shortest form.</summary>
    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            var isShortest = (i == 0 || bytes[i] != 0) && (i < 9 || bytes[i] == 1);
            bytes = bytes[(i + 1)..];
            return isShortest;
        }

        return false;
    }
}
