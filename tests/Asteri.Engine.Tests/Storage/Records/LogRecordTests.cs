using System.Buffers.Binary;
using Asteri.Compute.Memory;
using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Records;

public sealed class LogRecordTests
{
    [Fact]
    public void TryParse_WhatWriteHeaderMade_TheSame()
    {
        var ops = Ops(seed: 1, count: 20);
        var header = Header(20);
        Assert.True(LogRecord.TryParse(Record(header, ops), out var parsed, out var parsedOps));
        Assert.Equal(header, parsed);
        Assert.True(parsedOps.SequenceEqual(ops));
        Assert.Equal(26ul, parsed.LastSeq);
    }

    [Fact]
    public void TryParse_AnyBitFlipped_False()
    {
        var record = Record(Header(3), Ops(seed: 2, count: 3));
        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LogRecord.TryParse(record, out _, out _), $"bit {bit}");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryParse_AnyPrefix_False()
    {
        var record = Record(Header(3), Ops(seed: 3, count: 3));
        for (var length = 0; length < record.Length; length++)
            Assert.False(LogRecord.TryParse(record.AsSpan(0, length), out _, out _), $"length {length}");
        Assert.False(LogRecord.TryParse([.. record, 0], out _, out _));
    }

    [Fact]
    public void TryParse_GarbageWithARightChecksum_NeverThrows()
    {
        const int seed = 4;
        var random = new Random(seed);
        var parsed = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Record(Header(3), Ops(i, count: 3));
            for (var change = 0; change < random.Next(1, 4); change++)
                bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32C.Compute(bytes.AsSpan(4)));
            if (!LogRecord.TryParse(bytes, out var header, out var ops))
                continue;
            parsed++;
            var count = 0u;
            foreach (var op in new LogOps(ops))
                count += op.Key.Length > 0 ? 1u : 0u;
            Assert.Equal(header.OpCount, count);
        }

        Assert.InRange(parsed, 1, 49_999);
    }

    [Fact]
    public void TakePart_LargeBatch_PartsWithinTheLimitAndNothingLost()
    {
        var ops = Ops(seed: 5, count: 500);
        var rest = ops.AsSpan();
        var total = 0u;
        while (!rest.IsEmpty)
        {
            var length = LogOps.TakePart(rest, 1000, out var count);
            Assert.InRange(length, 1, 1000);
            Assert.True(LogOps.AreWhole(rest[..length], count));
            total += count;
            rest = rest[length..];
        }

        Assert.Equal(500u, total);
    }

    [Fact]
    public void TakePart_OperationLargerThanTheLimit_AloneInItsPart()
    {
        var ops = new LaneOps(0);
        ops.Add(new LogOp(LogOpCode.Put, new Space(RecordKind.Bytes, 1), "a"u8, new byte[5000]));
        ops.Add(new LogOp(LogOpCode.Put, new Space(RecordKind.Bytes, 1), "b"u8, default));
        Assert.Equal(5013, LogOps.TakePart(ops.Bytes, 1000, out var count));
        Assert.Equal(1u, count);
    }

    [Fact]
    public void WriteHeader_FixedRecord_FrozenBytes()
    {
        var ops = new LaneOps(0);
        ops.Add(new LogOp(LogOpCode.Append, new Space(RecordKind.Signal, 0x01020304), "key"u8, "value"u8));
        var record = Record(Header(1), ops.Bytes);
        Assert.Equal(
            "29CB8F35" + "01" + "03" + "0000" + "0700000000000000" + "01000000" + "00000000" + "0500000000000000" + "0B000000000000000C00000000000000"
            + "DDCCBBAA" + "03" + "04" + "04030201" + "0300" + "05000000" + "6B6579" + "76616C7565",
            Convert.ToHexString(record));
    }

    internal static byte[] Ops(int seed, int count)
    {
        var random = new Random(seed);
        var ops = new LaneOps(0);
        for (var i = 0; i < count; i++)
        {
            var key = new byte[random.Next(1, 20)];
            random.NextBytes(key);
            var code = (LogOpCode)random.Next(1, 4);
            var value = new byte[code == LogOpCode.Delete ? 0 : random.Next(0, 60)];
            random.NextBytes(value);
            ops.Add(new LogOp(code, new Space((RecordKind)random.Next(1, 9), (uint)random.Next()), key, value));
        }

        return ops.Bytes.ToArray();
    }

    private static LogRecordHeader Header(uint count) => new()
    {
        IsFirst = true,
        IsLast = true,
        FirstSeq = 7,
        OpCount = count,
        Part = 0,
        Epoch = 5,
        Request = new RequestId(11, 12),
        BatchCrc = 0xAABBCCDD,
    };

    private static byte[] Record(LogRecordHeader header, ReadOnlySpan<byte> ops)
    {
        var record = new byte[LogRecord.HeaderBytes + ops.Length];
        LogRecord.WriteHeader(record, header, ops);
        ops.CopyTo(record.AsSpan(LogRecord.HeaderBytes));
        return record;
    }
}
