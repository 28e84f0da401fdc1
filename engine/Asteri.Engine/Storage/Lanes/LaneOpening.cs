using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>Makes a new lane, or brings one back: manifest, checkpoint, log, in this order, each verified before it is used.</summary>
internal sealed class LaneOpening(LaneSeat seat) : IDisposable
{
    private readonly Stack<IDisposable> _opened = new();
    private readonly IoFault _fault = new();
    private readonly SeqIndex _index = new();

    private IDisk Disk => seat.Disk;

    private LanePaths Paths => seat.Paths;

    /// <summary>Makes an empty lane. The caller syncs the store's directory.</summary>
    public static void Create(IDisk disk, LanePaths paths, Guid storeId, int lane)
    {
        foreach (var directory in new[] { paths.Directory, paths.Log, paths.Values, paths.Checkpoints })
            disk.CreateDirectory(directory);
        var first = new LaneManifest { StoreId = storeId, Lane = lane, LogBegin = LogFormat.FirstAddress, LogCommitted = LogFormat.FirstAddress };
        CommitSlots.Create(disk, paths.Directory, new Commit(LogFormat.FirstAddress, 0, 0)).Dispose();
        LaneManifestFile.Create(disk, paths.Directory, first).Dispose();
        disk.SyncDirectory(paths.Directory);
    }

    /// <summary>Opens a lane up to where it can be written again.</summary>
    /// <exception cref="StoreException">Damaged: the file and the offset.</exception>
    public (LaneParts Parts, RecordLog Log) Open()
    {
        var manifest = Opened(LaneManifestFile.Open(Disk, Paths.Directory, seat.StoreId, seat.Number));
        var commits = Opened(CommitSlots.Open(Disk, Paths.Directory));
        var logFiles = Opened(SegmentFiles.Open(Disk, Paths.Log, seat.Options.SegmentBytes));
        var valueFiles = Opened(SegmentFiles.Open(Disk, Paths.Values, seat.Options.SegmentBytes));
        // First of all: of a log that begins and ends where a segment does, a snapshot has no segment.
        logFiles.StartAt(manifest.Current.LogBegin);
        var committed = CommittedOf(manifest.Current, commits.Newest);
        CheckReach(committed, logFiles);

        var images = new CheckpointImages(Disk);
        var recovered = new CheckpointFiles(Disk, Paths, manifest.Current).Load(images, valueFiles, seat.Options);
        valueFiles.StartAt(recovered.Values?.Begin ?? 0);
        var values = Opened(new ValueStore(valueFiles, _fault, images, ShapeOf(seat.Options), recovered.Values));
        var parts = new LaneParts
        {
            Number = seat.Number,
            Paths = Paths,
            Disk = Disk,
            Options = seat.Options,
            Time = seat.Time,
            Epoch = commits.Newest.Epoch + 1,
            Fault = _fault,
            Health = new LaneHealth(seat.Number, _fault),
            Space = seat.Space,
            LogFiles = logFiles,
            ValueFiles = valueFiles,
            Images = images,
            Values = values,
            Room = new ValueRoom(values),
            Commits = commits,
            Manifest = manifest,
            Keys = recovered.Keys,
            Requests = new RequestLedger(recovered.Requests),
            Index = _index,
            Tail = new LaneTail(manifest.Current.AppliedSeq, manifest.Current.LogCommitted),
        };
        Replay(parts, committed);
        GiveBack(parts);
        var log = new RecordLog(logFiles, _fault, seat.Options.PageBytes, parts.Tail.Position.Address);
        _opened.Clear();
        return (parts, log);
    }

    public void Dispose()
    {
        while (_opened.TryPop(out var opened))
            opened.Dispose();
    }

    private static ValueStoreShape ShapeOf(StoreOptions options) => new(options.PageBytes, options.ValueMemoryBytes, options.IndexBytes);

    private T Opened<T>(T part)
        where T : IDisposable
    {
        _opened.Push(part);
        return part;
    }

    /// <summary>
    /// Up to where the log must be whole. What a checkpoint holds was committed: where the newest commit was damaged, and the one before is older
    /// than the checkpoint, the manifest says so in its place. A commit of an earlier opening than the manifest's cannot be the one before.
    /// </summary>
    private Commit CommittedOf(LaneManifest manifest, Commit newest)
    {
        if (newest.Until >= manifest.LogCommitted && newest.LastSeq >= manifest.AppliedSeq)
            return newest;
        if (newest.Epoch >= manifest.Epoch)
            return new Commit(manifest.LogCommitted, manifest.AppliedSeq, newest.Epoch);
        throw new StoreException(
            StoreFault.Damaged,
            $"'{Path.Combine(Paths.Directory, CommitSlots.FileName)}' ends at seq {newest.LastSeq}, before the checkpoint's "
            + $"{manifest.AppliedSeq}, and is of an earlier opening; restore the lane from a snapshot");
    }

    private static void CheckReach(Commit committed, SegmentFiles log)
    {
        if (committed.Until > LogFormat.FirstAddress && committed.Until > log.ReservedUntil)
        {
            throw new StoreException(
                StoreFault.Damaged,
                $"{log.Locate(committed.Until - 1)} is missing, and the log was committed up to there; restore the lane from a snapshot");
        }
    }

    /// <summary>Applies what the checkpoint does not hold, and makes the end of the log the lane's own before anything is built on it.</summary>
    private void Replay(LaneParts parts, Commit committed)
    {
        var replay = new LogReplay(parts.LogFiles, parts.Options.PageBytes, parts.Manifest.Current, committed, parts.Index);
        replay.IndexKept();
        if (replay.KeptDamage.Length > 0)
            parts.Health.Note("log", replay.KeptDamage);
        var applier = new Applier(parts);
        replay.Run((header, batch) => Apply(parts, applier, header, batch));
        applier.Publish();
        if (_fault.First is { } error)
            throw new IOException(error.Message, error);

        // What an earlier process wrote may be in the page cache only, and the records behind the commit have been applied just now.
        parts.LogFiles.WriteAgain(committed.Until, replay.End);
        parts.LogFiles.Sync();
        var opened = new Commit(replay.End, replay.LastSeq, parts.Epoch);
        // Into both slots: from now on no record of an earlier epoch may follow the end, whichever slot is read.
        parts.Commits.Write(opened);
        parts.Commits.Write(opened);
        parts.Tail.MoveTo(replay.LastSeq, replay.End);
    }

    /// <summary>A crash may have come between a checkpoint and the deleting of what it replaced.</summary>
    private static void GiveBack(LaneParts parts)
    {
        try
        {
            Checkpointer.GiveBack(parts);
        }
        catch (IOException error)
        {
            // Only space is lost, and the next checkpoint tries again.
            parts.Health.Note("space", $"what an older checkpoint left could not be deleted: {error.Message}");
        }
    }

    private static void Apply(LaneParts parts, Applier applier, LogRecordHeader header, IReadOnlyList<(ulong FirstSeq, byte[] Ops)> batch)
    {
        foreach (var (firstSeq, ops) in batch)
        {
            parts.Values.Reserve(Applier.ValueBytes(ops.Length, (uint)(header.LastSeq - firstSeq + 1)));
            applier.Apply(firstSeq, ops);
        }

        parts.Requests.Remember(header.Request, new RequestOutcome(batch[0].FirstSeq, header.LastSeq, header.BatchCrc));
    }
}
