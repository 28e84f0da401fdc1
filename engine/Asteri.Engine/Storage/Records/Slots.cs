using System.Runtime.CompilerServices;
using Asteri.Compute.Memory;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// Which of the 4,096 slots a key belongs to. The function is part of the format: every store on disk was divided by it, and a test freezes it.
/// The entry that an append makes has the seq behind its key, and must be found in the slot of the key that it was appended under. So where a
/// key's last eight bytes can be a seq (more than eight bytes, and the eighth last is zero: seqs stay below 2^56), they do not count.
/// </summary>
internal static class Slots
{
    public const int Count = 4096;

    /// <summary>The slot of an entry, or of what is appended under <paramref name="key"/>.</summary>
    public static int Of(Space space, ReadOnlySpan<byte> key, bool isAppend = false)
    {
        if (!isAppend && key.Length > FullKey.SeqBytes && key[^FullKey.SeqBytes] == 0)
            key = key[..^FullKey.SeqBytes];
        Span<byte> start = stackalloc byte[FullKey.SpaceBytes];
        FullKey.WriteSpace(start, space);
        return (int)(Mix(Crc32C.Append(Crc32C.Compute(start), key)) & (Count - 1));
    }

    /// <summary>The finaliser of MurmurHash3: CRC is linear, so keys that differ in few bits would fall into related slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
