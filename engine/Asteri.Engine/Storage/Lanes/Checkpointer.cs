using Asteri.Compute.Memory;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Takes checkpoints of a lane. Nothing of the older one is given up before every file of the newer one has been written, synced, read back and named
/// in MANIFEST. A checkpoint that fails before that is given up; the older one stays, and with it the log behind it.
/// </summary>
internal sealed class Checkpointer(LaneParts lane, ApplyQueue applier)
{
    public const string KeysFile = "keys";
    public const string RequestsFile = "requests";

    private const int ReadBytes = 1 << 20;
    private const double SlowReaderCheckpoints = 4;

    /// <summary>Takes one; returns when it is published.</summary>
    public void Take()
    {
        var number = lane.Manifest.Current.Checkpoint + 1;
        var directory = lane.Paths.Checkpoint(number);
        LaneManifest next;
        (ulong Seq, long Address) logBegin;
        try
        {
            if (lane.Disk.Exists(directory))
                lane.Disk.DeleteDirectory(directory);
            lane.Disk.CreateDirectory(directory);
            next = Write(number, directory);
            logBegin = KeptFrom(next);
            next = next with { LogBegin = logBegin.Address };
        }
        catch
        {
            DeleteOthers(lane);
            throw;
        }

        Publish(next);
        lane.Index.StartAt(logBegin.Seq, logBegin.Address);
        GiveBack(lane);
    }

    /// <summary>
    /// Deletes whatever the manifest does not need: older checkpoints, values and log in front of it, what a crash left of an unfinished checkpoint.
    /// </summary>
    public static void GiveBack(LaneParts lane)
    {
        DeleteOthers(lane);
        lane.ValueFiles.DeleteBelow(lane.Values.CheckpointedFrom);
        lane.LogFiles.DeleteBelow(lane.Manifest.Current.LogBegin);
    }

    private static void DeleteOthers(LaneParts lane)
    {
        var kept = LanePaths.CheckpointName(lane.Manifest.Current.Checkpoint);
        var others = lane.Disk.List(lane.Paths.Checkpoints).Where(name => name != kept).ToArray();
        foreach (var name in others)
            lane.Disk.DeleteDirectory(Path.Combine(lane.Paths.Checkpoints, name));
        if (others.Length > 0)
            lane.Disk.SyncDirectory(lane.Paths.Checkpoints);
    }

    private LaneManifest Write(ulong number, string directory)
    {
        lane.Images.WriteTo(directory);
        var start = Start();
        var written = DumpDirectory(number, directory, start);
        var values = lane.Values.CompleteCheckpoint();
        written =
        [
            .. written,
            WriteFile(directory, NameOf(number, CheckpointImages.IndexMetadataFile), lane.Images.IndexMetadata!),
            WriteFile(directory, NameOf(number, CheckpointImages.LogMetadataFile), lane.Images.LogMetadata!),
        ];
        SyncFile(Path.Combine(directory, CheckpointImages.IndexFile));
        lane.Disk.SyncDirectory(directory);
        lane.Disk.SyncDirectory(lane.Paths.Checkpoints);
        return lane.Manifest.Current with
        {
            Checkpoint = number,
            AppliedSeq = start.Seq,
            LogCommitted = start.LogAddress,
            Epoch = lane.Epoch,
            ValueToken = values.Token,
            IndexToken = values.Token,
            Files = ReadBack(number, directory, written),
        };
    }

    /// <summary>Writes the directory and the window, while FASTER writes its pages.</summary>
    private FileStamp[] DumpDirectory(ulong number, string directory, CheckpointStart start)
    {
        try
        {
            return
            [
                KeyDirectoryFile.Dump(lane.Disk, Path.Combine(directory, KeysFile), NameOf(number, KeysFile), start.Keys, start.Seq),
                RequestWindow.Dump(lane.Disk, Path.Combine(directory, RequestsFile), NameOf(number, RequestsFile), start.Requests, start.Seq),
            ];
        }
        catch
        {
            lane.Values.AwaitCheckpoint();
            throw;
        }
    }

    /// <summary>Reads every file of the checkpoint from the disk again, and compares those whose bytes were known.</summary>
    private FileStamp[] ReadBack(ulong number, string directory, FileStamp[] written)
    {
        var files = lane.Disk.List(directory).Select(name => StampOf(lane.Disk, Path.Combine(directory, name), NameOf(number, name))).ToArray();
        var wrong = written.Except(files).FirstOrDefault();
        return wrong == default ? files : throw new IOException($"'{wrong.Name}' of lane {lane.Number} does not read as it was written");
    }

    /// <summary>
    /// Fixes the moment, between two groups: from there on the directory's view and the request window are what they were, and the value store writes
    /// its pages.
    /// </summary>
    private CheckpointStart Start() => applier.Run(() =>
    {
        var (seq, address) = lane.Tail.Position;
        var start = new CheckpointStart(seq, address, lane.Keys.View, lane.Requests.Remembered());
        lane.Values.StartCheckpoint();
        return start;
    });

    /// <summary>
    /// Where the log must begin: at a record that leaves enough behind the checkpoint for subscribers, and those that read at the moment what they
    /// still need; but one that does not come on must not make the log grow for ever.
    /// </summary>
    private (ulong Seq, long Address) KeptFrom(LaneManifest next)
    {
        var retained = next.LogCommitted - lane.Options.LogRetentionBytes;
        var longest = retained - (long)Math.Min(SlowReaderCheckpoints * lane.Options.CheckpointLogBytes, retained);
        var wanted = Math.Max(next.LogBegin, Math.Max(longest, Math.Min(retained, lane.Readers.Lowest)));
        return lane.Index.FindAddress(wanted) is { } mark && mark.Address <= next.LogCommitted ? mark : (next.AppliedSeq + 1, next.LogCommitted);
    }

    private void Publish(LaneManifest next)
    {
        try
        {
            lane.Manifest.Write(next);
        }
        catch (Exception error)
        {
            // Which of the two manifests is on disk is unknown: both must stay true, so neither log nor values may move on.
            lane.Fault.Report(error);
            throw;
        }
    }

    private FileStamp WriteFile(string directory, string name, byte[] bytes)
    {
        using var file = lane.Disk.Open(Path.Combine(directory, Path.GetFileName(name)), DiskOpen.New);
        file.Write(0, bytes);
        file.Sync();
        return new FileStamp(name, bytes.Length, Crc32C.Compute(bytes));
    }

    private void SyncFile(string path)
    {
        using var file = lane.Disk.Open(path, DiskOpen.Existing);
        file.Sync();
    }

    private static string NameOf(ulong number, string name) => $"checkpoints/{LanePaths.CheckpointName(number)}/{name}";

    /// <summary>Reads a file from the disk and says what it is.</summary>
    public static FileStamp StampOf(IDisk disk, string path, string name)
    {
        using var file = disk.Open(path, DiskOpen.Existing);
        var buffer = new byte[ReadBytes];
        uint crc = 0;
        long done = 0;
        for (int got; (got = file.Read(done, buffer)) > 0; done += got)
            crc = Crc32C.Append(crc, buffer.AsSpan(0, got));
        return new FileStamp(name, done, crc);
    }
}
