using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Gives back the space of values that have been replaced or deleted: the live records of the oldest part of the value log are put again at its end,
/// with the seq that they have, and the log begins behind them. The key directory says what is live. The moving is done by the applier, a few records
/// at a time, so that no update can get lost between reading and putting; the reading is checked record by record, so that no damage is carried on.
/// </summary>
internal sealed class Compaction(LaneParts lane, ApplyQueue applier)
{
    private const int MinSegments = 4;
    private const int SampledPages = 8;
    private const int ChunkBytes = 256 << 10;

    /// <summary>True when at least half of the value log is dead, judging by some of its pages, and there is enough of it to matter.</summary>
    public bool IsWorthwhile()
    {
        long begin = lane.Values.Begin, end = lane.Values.CheckpointedUntil;
        if (end - begin < (long)MinSegments * lane.ValueFiles.SegmentBytes)
            return false;
        long live = 0, all = 0;
        var pageBytes = lane.Values.PageBytes;
        var pages = (end - begin) / pageBytes;
        for (long sample = 0; sample < SampledPages; sample++)
        {
            var start = (begin / pageBytes * pageBytes) + (sample * pages / SampledPages * pageBytes);
            var from = Math.Max(start, begin);
            Sum(new ValueScan(lane.ValueFiles, pageBytes, from, Math.Min(start + pageBytes, end)), ref live, ref all);
        }

        return live * 2 <= all;
    }

    /// <summary>Compacts the older half of the value log. The space comes back with the next checkpoint.</summary>
    public void Run()
    {
        long begin = lane.Values.Begin, end = lane.Values.CheckpointedUntil;
        var segmentBytes = lane.ValueFiles.SegmentBytes;
        var until = (begin + ((end - begin) / 2)) / segmentBytes * segmentBytes;
        if (until <= begin)
            return;
        var scan = new ValueScan(lane.ValueFiles, lane.Values.PageBytes, begin, until);
        var chunk = new List<MovedValue>();
        var bytes = 0;
        while (scan.TryNext(out var record))
        {
            if (!IsLive(record, out var seq))
                continue;
            var value = record.Envelope[ValueEnvelope.HeaderBytes..];
            chunk.Add(new MovedValue(record.FullKey.ToArray(), seq, value.ToArray()));
            bytes += record.FullKey.Length + value.Length;
            if (bytes < ChunkBytes)
                continue;
            Move(chunk);
            (chunk, bytes) = ([], 0);
        }

        Move(chunk);
        applier.Run(() =>
        {
            lane.Values.ShiftBegin(until);
            return true;
        });
    }

    private void Sum(ValueScan scan, ref long live, ref long all)
    {
        while (scan.TryNext(out var record))
        {
            var bytes = record.FullKey.Length + record.Envelope.Length;
            all += bytes;
            if (IsLive(record, out _))
                live += bytes;
        }
    }

    private bool IsLive(in ValueRecord record, out ulong seq)
    {
        seq = 0;
        return record.IsValue
            && ValueEnvelope.TryOpen(record.Envelope, record.FullKey, out seq, out _)
            && lane.Keys.View.TryGet(record.FullKey, out var current)
            && current == seq;
    }

    private void Move(List<MovedValue> chunk)
    {
        if (chunk.Count == 0)
            return;
        long bytes = 0;
        foreach (var value in chunk)
            bytes += 2 * ValueStore.RecordBytes(value.FullKey.Length, value.Bytes.Length);
        lane.Room.Reserve(bytes);
        applier.Run(() =>
        {
            foreach (var value in chunk)
            {
                // Replaced or deleted since it was read: then there is nothing to move.
                if (lane.Keys.TryGet(value.FullKey, out var seq) && seq == value.Seq)
                    lane.Values.Put(value.FullKey, value.Seq, value.Bytes);
            }

            lane.Room.Release(bytes);
            return true;
        });
    }

    private readonly record struct MovedValue(byte[] FullKey, ulong Seq, byte[] Bytes);
}
