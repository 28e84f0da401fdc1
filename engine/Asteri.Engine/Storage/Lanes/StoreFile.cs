using System.Globalization;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>The file STORE: which store this is. It is written last when a store is made, so a directory with it is a whole store.</summary>
internal sealed class StoreFile(IDisk disk, StoreOptions options)
{
    public const string FileName = "STORE";
    public const string LockName = "LOCK";

    private const int MaxDefaultLanes = 16;

    private string Path => System.IO.Path.Combine(options.Directory, FileName);

    /// <summary>Reads what store the directory holds; makes one where there is none and nothing else either.</summary>
    /// <exception cref="StoreException">Damaged: the file, or lanes without it. Invalid: the directory holds something else.</exception>
    public StoreManifest OpenOrCreate()
    {
        if (!disk.Exists(options.Directory))
            disk.CreateDirectory(options.Directory);
        if (disk.Exists(Path) && TryRead() is { } manifest)
        {
            SyncNames();
            return manifest;
        }

        ClearUnfinished();
        return Create();
    }

    /// <summary>Writes a new STORE; the lanes are there.</summary>
    public static void Write(IDisk disk, string directory, StoreManifest manifest)
    {
        using (var file = TwoSlotFile.Create(disk, System.IO.Path.Combine(directory, FileName), StoreManifest.Magic, StoreManifest.SlotBytes))
        {
            // Into both slots: it is never written again, and one of them may rot.
            file.Write(manifest.ToBytes());
            file.Write(manifest.ToBytes());
        }

        disk.SyncDirectory(directory);
    }

    /// <summary>Null when the making of the store ended before the file was written.</summary>
    private StoreManifest? TryRead()
    {
        using var file = TwoSlotFile.Open(disk, Path, StoreManifest.Magic, StoreManifest.SlotBytes);
        if (file.Content is null && !HasLanes())
            return null;
        var fault = file.Damage;
        if (file.Content is { } content && StoreManifest.TryParse(content, out var manifest, out fault))
        {
            // Written again: a sync of the process that made it may have failed, or a slot rotted.
            file.Write(content);
            file.Write(content);
            return manifest;
        }

        throw new StoreException(StoreFault.Damaged, $"'{Path}' does not say what store this is ({fault}); restore it from a snapshot");
    }

    private bool HasLanes() => disk.List(options.Directory).Any(IsAcknowledged);

    /// <summary>Removes what the making of a store left behind when it was cut short: lanes in which nothing was ever committed.</summary>
    private void ClearUnfinished()
    {
        foreach (var name in disk.List(options.Directory).Where(name => name != LockName))
        {
            var path = System.IO.Path.Combine(options.Directory, name);
            if (name == FileName)
                disk.Delete(path);
            else if (!IsLane(name))
                throw new StoreException(
                    StoreFault.Invalid,
                    $"'{options.Directory}' is no store and not empty: it has '{name}'; name an empty directory");
            else if (IsAcknowledged(name))
                throw new StoreException(StoreFault.Damaged, $"'{Path}' is missing, and '{path}' holds data; restore the store from a snapshot");
            else
                disk.DeleteDirectory(path);
        }
    }

    private static bool IsLane(string name) =>
        name.Length == LanePaths.NameOf(0).Length && int.TryParse(name.AsSpan(name.Length - 3), out var lane) && name == LanePaths.NameOf(lane);

    private bool IsAcknowledged(string name)
    {
        var directory = System.IO.Path.Combine(options.Directory, name);
        if (!IsLane(name))
            return false;
        // Made empty: what lies in them came with a write, or with a restore that was cut short.
        var paths = new LanePaths(options.Directory, int.Parse(name.AsSpan(name.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture));
        if (new[] { paths.Log, paths.Values, paths.Checkpoints }.Any(path => disk.Exists(path) && disk.List(path).Count > 0))
            return true;
        if (!disk.Exists(System.IO.Path.Combine(directory, CommitSlots.FileName)))
            return false;
        // Any doubt counts as data.
        return CommitSlots.IsUsed(disk, directory);
    }

    private void SyncNames()
    {
        disk.SyncDirectory(options.Directory);
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Directory)) is { } parent)
            disk.SyncDirectory(parent);
    }

    private StoreManifest Create()
    {
        var lanes = options.Lanes > 0 ? options.Lanes : Math.Clamp(Environment.ProcessorCount, 1, MaxDefaultLanes);
        var manifest = new StoreManifest(Guid.NewGuid(), lanes, options.PageBytes, options.SegmentBytes, SlotMap.Even(lanes));
        for (var lane = 0; lane < lanes; lane++)
            LaneOpening.Create(disk, new LanePaths(options.Directory, lane), manifest.StoreId, lane);
        SyncNames();
        Write(disk, options.Directory, manifest);
        return manifest;
    }
}
