using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Lanes;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>
/// Makes a store out of a snapshot. What it is given may be anything: only names that a snapshot can have are touched, sizes are compared before a
/// byte is copied, and STORE, which makes the target a store, is written after every checksum was right.
/// </summary>
internal sealed class SnapshotRestore(IDisk disk, string source, string target)
{
    /// <exception cref="StoreException">Damaged: the snapshot's entry. Invalid: the target. Nothing is left at the target.</exception>
    public void Run(CancellationToken cancellation)
    {
        var isNew = !disk.Exists(target);
        if (!isNew && disk.List(target).Any(name => name != StoreFile.LockName))
            throw new StoreException(StoreFault.Invalid, $"'{target}' is not empty; a snapshot is restored into a new directory");
        var manifest = ReadManifest();
        var places = Place(manifest);
        disk.CreateDirectory(target);
        try
        {
            CopyAll(manifest, places, new SnapshotCopy(disk, null, cancellation));
        }
        catch
        {
            Clear(isNew);
            throw;
        }
    }

    private SnapshotManifest ReadManifest()
    {
        var path = Path.Combine(source, SnapshotManifest.FileName);
        if (!disk.Exists(path))
            throw Damaged(SnapshotManifest.FileName, "is missing: this is no snapshot, or its writing was cut short");
        using var file = OpenEntry(SnapshotManifest.FileName);
        if (file.Length > SnapshotManifest.MaxBytes)
            throw Damaged(SnapshotManifest.FileName, $"has {file.Length} bytes; it may have {SnapshotManifest.MaxBytes}");
        var bytes = new byte[file.Length];
        var got = file.Read(0, bytes);
        return SnapshotManifest.TryParse(bytes.AsSpan(0, got), out var manifest, out var fault)
            ? manifest
            : throw Damaged(SnapshotManifest.FileName, fault);
    }

    /// <summary>
    /// Where every file goes, after names and sizes have been compared with what is there: nothing more, nothing less, nothing twice.
    /// </summary>
    private Dictionary<string, string> Place(SnapshotManifest manifest)
    {
        var places = new Dictionary<string, string>();
        long total = 0;
        foreach (var lane in manifest.Lanes)
        {
            foreach (var file in lane.Files)
            {
                if (!SnapshotNames.TryPlace(file.Name, lane.Manifest.Lane, lane.Manifest.Checkpoint, out var place))
                    throw Damaged(file.Name, $"is no name that lane {lane.Manifest.Lane} of a snapshot can have");
                if (file.Bytes < 0 || (SnapshotNames.IsSegment(file.Name) && file.Bytes > manifest.Store.SegmentBytes))
                    throw Damaged(file.Name, $"claims {file.Bytes} bytes; a segment of this store has {manifest.Store.SegmentBytes}");
                if (!places.TryAdd(file.Name, Path.Combine(target, LanePaths.NameOf(lane.Manifest.Lane), place)))
                    throw Damaged(file.Name, "is listed twice");
                CheckSize(file);
                total += file.Bytes;
            }
        }

        var unlisted = disk.List(source).FirstOrDefault(name => name != SnapshotManifest.FileName && !places.ContainsKey(name));
        if (unlisted is not null)
            throw Damaged(unlisted, "is not listed in SNAPSHOT");
        CheckSpace(total);
        return places;
    }

    private void CheckSize(FileStamp file)
    {
        var path = Path.Combine(source, file.Name);
        if (!disk.Exists(path))
            throw Damaged(file.Name, "is missing");
        using var opened = OpenEntry(file.Name);
        if (opened.Length != file.Bytes)
            throw Damaged(file.Name, $"has {opened.Length} bytes instead of {file.Bytes}");
    }

    private IDiskFile OpenEntry(string name)
    {
        try
        {
            return disk.Open(Path.Combine(source, name), DiskOpen.Existing);
        }
        catch (IOException error)
        {
            // A link, a directory, a pipe: the disk opens plain files only.
            throw new StoreException(StoreFault.Damaged, $"the snapshot '{source}': '{name}' cannot be opened: {error.Message}", error);
        }
    }

    private void CheckSpace(long bytes)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(target)) ?? target;
        if (disk.Exists(parent) && disk.FreeBytes(parent) is var free && free < bytes)
            throw new StoreException(StoreFault.OutOfSpace, $"the snapshot takes {bytes} bytes and '{parent}' has {free} free; make space");
    }

    private void CopyAll(SnapshotManifest manifest, Dictionary<string, string> places, SnapshotCopy copy)
    {
        foreach (var lane in manifest.Lanes)
        {
            MakeDirectories(lane);
            foreach (var file in lane.Files)
            {
                var copied = copy.Copy(Path.Combine(source, file.Name), places[file.Name], file.Name, file.Bytes);
                if (copied.Crc != file.Crc)
                    throw Damaged(file.Name, "has other bytes than the snapshot's writer saw: its checksum is wrong");
                if (SnapshotNames.IsSegment(file.Name))
                    MakeWhole(places[file.Name], manifest.Store.SegmentBytes);
            }

            Finish(lane);
        }

        disk.SyncDirectory(target);
        if (Path.GetDirectoryName(Path.GetFullPath(target)) is { } parent)
            disk.SyncDirectory(parent);
        StoreFile.Write(disk, target, manifest.Store);
    }

    private void MakeDirectories(SnapshotLane lane)
    {
        var paths = new LanePaths(target, lane.Manifest.Lane);
        foreach (var directory in new[] { paths.Directory, paths.Log, paths.Values, paths.Checkpoints })
            disk.CreateDirectory(directory);
        if (lane.Manifest.Checkpoint > 0)
            disk.CreateDirectory(paths.Checkpoint(lane.Manifest.Checkpoint));
    }

    private void MakeWhole(string path, int segmentBytes)
    {
        using var file = disk.Open(path, DiskOpen.Existing);
        file.Allocate(segmentBytes);
        file.Sync();
    }

    private void Finish(SnapshotLane lane)
    {
        var paths = new LanePaths(target, lane.Manifest.Lane);
        CommitSlots.Create(disk, paths.Directory, lane.End).Dispose();
        LaneManifestFile.Create(disk, paths.Directory, lane.Manifest).Dispose();
        if (lane.Manifest.Checkpoint > 0)
            disk.SyncDirectory(paths.Checkpoint(lane.Manifest.Checkpoint));
        foreach (var directory in new[] { paths.Log, paths.Values, paths.Checkpoints, paths.Directory })
            disk.SyncDirectory(directory);
    }

    private void Clear(bool isNew)
    {
        if (isNew)
        {
            disk.DeleteDirectory(target);
            return;
        }

        foreach (var name in disk.List(target).Where(name => name != StoreFile.LockName))
        {
            if (name == StoreFile.FileName)
                disk.Delete(Path.Combine(target, name));
            else
                disk.DeleteDirectory(Path.Combine(target, name));
        }
    }

    private StoreException Damaged(string name, string what) => new(StoreFault.Damaged, $"the snapshot '{source}': '{name}' {what}");
}
