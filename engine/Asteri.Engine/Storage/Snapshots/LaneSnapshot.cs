using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Lanes;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>
/// Copies one lane. It runs on the lane's keeper, so the checkpoint, the values below it and the log behind it stay while they are copied; writes go
/// on. The log is copied up to an address that all lanes take at the same moment.
/// </summary>
internal sealed class LaneSnapshot(LaneParts lane, string directory, SnapshotCopy copy)
{
    private readonly List<FileStamp> _files = [];

    /// <summary>Copies the checkpoint and the values; the lane has just taken the checkpoint.</summary>
    public void CopyCheckpoint()
    {
        var manifest = lane.Manifest.Current;
        var checkpoint = lane.Paths.Checkpoint(manifest.Checkpoint);
        var values = (From: lane.Values.CheckpointedFrom, Until: lane.Values.CheckpointedUntil);
        copy.Expect(manifest.Files.Sum(file => file.Bytes) + BytesOf(values));
        foreach (var stamp in manifest.Files)
        {
            var name = Path.GetFileName(stamp.Name);
            var copied = Copy(Path.Combine(checkpoint, name), SnapshotNames.CheckpointFile(lane.Number, name), stamp.Bytes);
            if (copied.Crc != stamp.Crc)
                throw new StoreException(
                    StoreFault.Damaged,
                    $"'{Path.Combine(checkpoint, name)}' is not what the checkpoint wrote; take a checkpoint and the snapshot again");
        }

        CopySegments(lane.Paths.Values, values, number => SnapshotNames.ValueSegment(lane.Number, number));
    }

    /// <summary>Copies the log from the checkpoint up to an end that has been committed.</summary>
    public SnapshotLane CopyLog(Commit end)
    {
        var manifest = lane.Manifest.Current;
        var log = (From: manifest.LogCommitted, Until: end.Until);
        copy.Expect(BytesOf(log));
        CopySegments(lane.Paths.Log, log, number => SnapshotNames.LogSegment(lane.Number, number));
        return new SnapshotLane(manifest with { LogBegin = manifest.LogCommitted }, end, _files);
    }

    private long BytesOf((long From, long Until) range) => range.Until - (range.From / lane.LogFiles.SegmentBytes * lane.LogFiles.SegmentBytes);

    /// <summary>Copies segments from their beginnings; the last one up to where the range ends.</summary>
    private void CopySegments(string from, (long From, long Until) range, Func<int, string> nameOf)
    {
        var segmentBytes = lane.LogFiles.SegmentBytes;
        for (var start = range.From / segmentBytes * segmentBytes; start < range.Until; start += segmentBytes)
        {
            var number = (int)(start / segmentBytes);
            var path = Path.Combine(from, SegmentFiles.NameOf(number));
            // An empty lane has no segment yet.
            if (lane.Disk.Exists(path))
                Copy(path, nameOf(number), Math.Min(segmentBytes, range.Until - start));
        }
    }

    private FileStamp Copy(string from, string name, long bytes)
    {
        var stamp = copy.Copy(from, Path.Combine(directory, name), name, bytes);
        _files.Add(stamp);
        return stamp;
    }
}
