using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Asteri.Compute.Memory;

/// <summary>
/// CRC-32C (Castagnoli, reflected, as in iSCSI and RFC 3720). <see cref="Append"/> continues a finished checksum, so that
/// <c>Append(Compute(a), b)</c> is the checksum of a followed by b. Long inputs run as three independent streams, because the processor's instruction
/// takes three cycles but starts one every cycle; the streams are joined by multiplying with a power of x modulo the polynomial.
/// </summary>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private const int LongStream = 4096;
    private const int ShortStream = 256;

    private static readonly uint[] LongShift = ShiftTable(LongStream);
    private static readonly uint[] ShortShift = ShiftTable(ShortStream);

    /// <summary>The checksum of <paramref name="bytes"/>; 0 for none.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of the bytes that gave <paramref name="crc"/>, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        nuint left = (nuint)bytes.Length;
        state = Streams(state, ref at, ref left, LongStream, LongShift);
        at = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length - left);
        state = Streams(state, ref at, ref left, ShortStream, ShortShift);
        at = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length - left);
        return ~Tail(state, ref at, left);
    }

    private static uint Streams(uint state, ref byte at, ref nuint left, nuint stream, uint[] shift)
    {
        while (left >= 3 * stream)
        {
            uint second = 0, third = 0;
            for (nuint i = 0; i < stream; i += 8)
            {
                state = BitOperations.Crc32C(state, Word(ref at, i));
                second = BitOperations.Crc32C(second, Word(ref at, i + stream));
                third = BitOperations.Crc32C(third, Word(ref at, i + (2 * stream)));
            }

            state = Shift(shift, Shift(shift, state) ^ second) ^ third;
            at = ref Unsafe.Add(ref at, 3 * stream);
            left -= 3 * stream;
        }

        return state;
    }

    private static uint Tail(uint state, ref byte at, nuint left)
    {
        nuint i = 0;
        for (; i + 8 <= left; i += 8)
            state = BitOperations.Crc32C(state, Word(ref at, i));
        for (; i < left; i++)
            state = BitOperations.Crc32C(state, Unsafe.Add(ref at, i));
        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte at, nuint offset)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, offset));
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }

    private static uint Shift(uint[] table, uint state) =>
        table[state & 0xFF] ^ table[256 + ((state >> 8) & 0xFF)] ^ table[512 + ((state >> 16) & 0xFF)] ^ table[768 + (state >> 24)];

    /// <summary>Four tables of 256: what a state becomes when <paramref name="zeroBytes"/> zero bytes follow, by each byte of the state.</summary>
    private static uint[] ShiftTable(int zeroBytes)
    {
        var factor = PowerOfX(8 * zeroBytes);
        var table = new uint[4 * 256];
        for (var part = 0; part < 4; part++)
        {
            for (var value = 0; value < 256; value++)
                table[(part * 256) + value] = Multiply((uint)value << (8 * part), factor);
        }

        return table;
    }

    /// <summary>x to the <paramref name="exponent"/> modulo the polynomial; bit 31 is the coefficient of x to the 0.</summary>
    private static uint PowerOfX(int exponent)
    {
        uint result = 1u << 31, square = 1u << 30;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = Multiply(result, square);
            square = Multiply(square, square);
        }

        return result;
    }

    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (var bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((left & bit) != 0)
                product ^= right;
            right = (right & 1) != 0 ? (right >> 1) ^ Polynomial : right >> 1;
        }

        return product;
    }
}
