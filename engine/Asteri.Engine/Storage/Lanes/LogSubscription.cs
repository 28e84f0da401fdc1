using System.Runtime.CompilerServices;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>Reads a lane's operations from its log, in order, and waits for more at the end.</summary>
internal sealed class LogSubscription(LaneParts lane)
{
    private readonly LogReader _reader = new(lane.LogFiles, lane.Options.PageBytes);
    private readonly List<LaneRecord> _batch = [];
    private long _address;
    private ulong _nextSeq;

    public async IAsyncEnumerable<LaneRecord> ReadFromAsync(ulong fromSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var wanted = Math.Max(fromSeq, 1);
        try
        {
            Locate(wanted);
            while (true)
            {
                await lane.Tail.WaitForAsync(Math.Max(_nextSeq, wanted), cancellation).ConfigureAwait(false);
                for (var end = lane.Tail.Position.Address; _address < end;)
                {
                    lane.Readers.MoveTo(this, _address);
                    ReadBatch(end);
                    foreach (var record in _batch.Where(record => record.Seq >= wanted))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        yield return record;
                    }
                }
            }
        }
        finally
        {
            lane.Readers.Leave(this);
        }
    }

    private void Locate(ulong wanted)
    {
        var tail = lane.Tail.Position;
        if (wanted > tail.Seq)
            (_address, _nextSeq) = (tail.Address, tail.Seq + 1);
        else
            (_nextSeq, _address) = lane.Index.Find(wanted) ?? throw Truncated(wanted);
        lane.Readers.MoveTo(this, _address);
    }

    /// <summary>Reads on to the end of a batch. A batch that a crash left without its last part took no effect and is passed over.</summary>
    private void ReadBatch(long end)
    {
        _batch.Clear();
        var isWhole = false;
        while (!isWhole && _address < end)
        {
            var header = ReadRecord(end, out var ops, out var next);
            if (header.IsFirst)
                _batch.Clear();
            var seq = header.FirstSeq;
            foreach (var op in new LogOps(ops))
                _batch.Add(RecordOf(op, seq++));
            (_address, _nextSeq, isWhole) = (next, header.LastSeq + 1, header.IsLast);
        }

        if (!isWhole)
            _batch.Clear();
    }

    private LogRecordHeader ReadRecord(long end, out ReadOnlySpan<byte> ops, out long next)
    {
        bool isRead;
        LogEntry entry;
        try
        {
            isRead = _reader.TryRead(_address, end, out entry);
        }
        catch (ObjectDisposedException)
        {
            // The segment went while it was read: the lane has closed, or its log begins later now.
            throw lane.Tail.Ended ?? Truncated(_nextSeq);
        }

        if (isRead && LogRecord.TryParse(entry.Bytes, out var header, out ops) && header.FirstSeq == _nextSeq)
        {
            next = entry.Next;
            return header;
        }

        if (lane.Index.Find(_nextSeq) is null)
            throw Truncated(_nextSeq);
        throw new StoreException(
            StoreFault.Damaged,
            $"lane {lane.Number}: {lane.LogFiles.Locate(_address)} does not hold the record of seq {_nextSeq} any more");
    }

    private static LaneRecord RecordOf(in LogOp op, ulong seq)
    {
        var fullKey = new byte[op.FullKeyBytes];
        op.WriteFullKey(fullKey, seq);
        return new LaneRecord(seq, op.Space, FullKey.KeyOf(fullKey).ToArray(), op.Code == LogOpCode.Delete ? null : op.Value.ToArray());
    }

    private StoreException Truncated(ulong seq) => new(
        StoreFault.LogTruncated,
        $"lane {lane.Number}: the log begins at seq {lane.Index.First?.Seq ?? lane.Tail.Seq + 1}, behind {seq}; read the entries by a "
        + "scan and subscribe from Now on");
}
