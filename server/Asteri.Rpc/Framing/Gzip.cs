using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Asteri.Rpc.Framing;

/// <summary>Gzip of one message.</summary>
internal static class Gzip
{
    /// <summary>The header and trailer of a gzip member, without which nothing is one.</summary>
    private const int LeastBytes = 18;

    /// <summary>Level "fastest": a message waits for this.</summary>
    public static void Compress(in ReadOnlySequence<byte> plain, PooledBuffer packed)
    {
        using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
        foreach (var part in plain) { gzip.Write(part.Span); }
    }

    /// <summary>
    /// Decompresses until the end or until there is more than <paramref name="maxBytes"/>: then false, so that a bomb costs its limit only.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not one whole gzip member.</exception>
    public static bool TryDecompress(in ReadOnlySequence<byte> packed, PooledBuffer plain, int maxBytes)
    {
        if (packed.Length < LeastBytes) { throw new InvalidDataException($"{packed.Length} bytes are too few."); }
        using var gzip = new GZipStream(new SequenceStream(packed), CompressionMode.Decompress);
        while (true)
        {
            int read = gzip.Read(plain.GetSpan());
            if (read == 0) { break; }
            plain.Advance(read);
            if (plain.Length > maxBytes) { return false; }
        }

        // A cut stream just ends for GZipStream; the length at a whole one's end tells them apart.
        if (DeclaredLength(packed) != (uint)plain.Length) { throw new InvalidDataException("it ends early, or more follows its end."); }
        return true;
    }

    private static uint DeclaredLength(in ReadOnlySequence<byte> packed)
    {
        Span<byte> tail = stackalloc byte[4];
        packed.Slice(packed.Length - tail.Length).CopyTo(tail);
        return BinaryPrimitives.ReadUInt32LittleEndian(tail);
    }
}
