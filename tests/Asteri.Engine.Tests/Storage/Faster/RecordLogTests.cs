using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Faster;

public sealed class RecordLogTests : IDisposable
{
    private const int PageBytes = 8192;
    private const int SegmentBytes = 32768;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Append_ManyRecordsOfAllSizes_ReaderMeetsThemAllInOrder()
    {
        var random = new Random(3);
        var expected = new List<(long Address, byte[] Ops)>();
        var fault = new IoFault();
        using var files = Open();
        using (var log = new RecordLog(files, fault, PageBytes, LogFormat.FirstAddress))
        {
            for (var i = 0; i < 300; i++)
            {
                var ops = Ops(random.Next(1, i % 10 == 0 ? 3000 : 200), i);
                files.ReserveUntil(log.Tail + (2 * PageBytes));
                expected.Add((log.Append(Header((ulong)i + 1), ops), ops));
                if (random.Next(4) == 0)
                    log.Flush();
            }

            log.Flush();
            AssertReads(files, log.Tail, expected);
        }

        Assert.False(fault.IsPoisoned);
    }

    [Fact]
    public void Open_BehindTheEnd_GoesOnWhereItWas()
    {
        var expected = new List<(long Address, byte[] Ops)>();
        long end = LogFormat.FirstAddress;
        using var files = Open();
        for (var i = 0; i < 60; i++)
        {
            using var log = new RecordLog(files, new IoFault(), PageBytes, end);
            files.ReserveUntil(end + (2 * PageBytes));
            var ops = Ops(700, i);
            expected.Add((log.Append(Header((ulong)i + 1), ops), ops));
            log.Flush();
            end = log.Tail;
        }

        AssertReads(files, end, expected);
    }

    [Fact]
    public void TryRead_AnyByteOfARecordFlipped_IsNoRecord()
    {
        using var files = Open();
        long address, end;
        using (var log = new RecordLog(files, new IoFault(), PageBytes, LogFormat.FirstAddress))
        {
            files.ReserveUntil(2 * PageBytes);
            address = log.Append(Header(1), Ops(100, 1));
            log.Flush();
            end = log.Tail;
        }

        // FasterLog's own checksum, in front of the length, is not needed: ours covers the record. Behind it lies padding.
        var recordEnd = address + LogFormat.HeaderBytes + LogRecord.HeaderBytes + Ops(100, 1).Length;
        for (var at = address + 8; at < recordEnd; at++)
        {
            Flip(files, at);
            var reader = new LogReader(files, PageBytes);
            Assert.False(reader.TryRead(address, end, out var entry) && LogRecord.TryParse(entry.Bytes, out _, out _), $"byte {at - address}");
            Flip(files, at);
        }
    }

    private static void AssertReads(SegmentFiles files, long end, List<(long Address, byte[] Ops)> expected)
    {
        var reader = new LogReader(files, PageBytes);
        var address = LogFormat.FirstAddress;
        foreach (var (at, ops) in expected)
        {
            Assert.True(reader.TryRead(address, end, out var entry));
            Assert.Equal(at, entry.Address);
            Assert.True(LogRecord.TryParse(entry.Bytes, out _, out var read));
            Assert.Equal(ops, read.ToArray());
            address = entry.Next;
        }

        Assert.Equal(end, address);
        Assert.False(reader.TryRead(address, files.ReservedUntil, out _));
    }

    private static void Flip(SegmentFiles files, long at)
    {
        Span<byte> one = stackalloc byte[1];
        files.Read(at, one);
        one[0] ^= 4;
        files.Write(at, one);
    }

    private static byte[] Ops(int valueBytes, int seed)
    {
        var value = new byte[valueBytes];
        new Random(seed).NextBytes(value);
        var op = new LogOp(LogOpCode.Put, new Space(RecordKind.Bytes, 1), [1, 2, 3], value);
        var bytes = new byte[op.ByteSize];
        op.Write(bytes);
        return bytes;
    }

    private static LogRecordHeader Header(ulong seq) => new()
    {
        IsFirst = true,
        IsLast = true,
        FirstSeq = seq,
        OpCount = 1,
        Part = 0,
        Epoch = 1,
        Request = default,
        BatchCrc = 0,
    };

    private SegmentFiles Open() => SegmentFiles.Open(LinuxDisk.Instance, _directory.Path, SegmentBytes);
}
