using System.Buffers.Binary;
using Asteri.Compute.Memory;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// A record of the log: one batch, or one part of it. Little-endian:
/// <code>
///  0  u32  CRC32C of everything behind it
///  4  u8   format, 1
///  5  u8   flags: bit 0 first part, bit 1 last part
///  6  u16  zero
///  8  u64  seq of the first operation
/// 16  u32  number of operations
/// 20  u32  part, from 0
/// 24  u64  epoch
/// 32  16 B request id (high, low)
/// 48  u32  CRC32C of the whole batch's operations
/// 52  ...  operations (<see cref="LogOp"/>)
/// </code>
/// </summary>
internal static class LogRecord
{
    public const int HeaderBytes = 52;

    private const byte Format = 1;
    private const byte FirstFlag = 1;
    private const byte LastFlag = 2;

    /// <summary>
    /// Writes the first <see cref="HeaderBytes"/> of a record whose operations are <paramref name="ops"/>; the caller puts those behind it.
    /// </summary>
    public static void WriteHeader(Span<byte> destination, in LogRecordHeader header, ReadOnlySpan<byte> ops)
    {
        destination[4] = Format;
        destination[5] = (byte)((header.IsFirst ? FirstFlag : 0) | (header.IsLast ? LastFlag : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], header.FirstSeq);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], header.OpCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], header.Part);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], header.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[32..], header.Request.High);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[40..], header.Request.Low);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[48..], header.BatchCrc);
        var crc = Crc32C.Append(Crc32C.Compute(destination[4..HeaderBytes]), ops);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, crc);
    }

    /// <summary>Reads a whole record. False, never an exception, for bytes that are not exactly one. The operations are known to be whole.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LogRecordHeader header, out ReadOnlySpan<byte> ops)
    {
        header = default;
        ops = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Compute(bytes[4..]))
            return false;
        if (bytes[4] != Format || bytes[5] > (FirstFlag | LastFlag) || bytes[6] != 0 || bytes[7] != 0)
            return false;
        header = ReadHeader(bytes);
        ops = bytes[HeaderBytes..];
        return header.FirstSeq > 0 && header.OpCount > 0 && header.IsFirst == (header.Part == 0) && LogOps.AreWhole(ops, header.OpCount);
    }

    private static LogRecordHeader ReadHeader(ReadOnlySpan<byte> bytes) => new()
    {
        IsFirst = (bytes[5] & FirstFlag) != 0,
        IsLast = (bytes[5] & LastFlag) != 0,
        FirstSeq = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        OpCount = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        Part = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
        Epoch = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        Request = new RequestId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..])),
        BatchCrc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]),
    };
}
