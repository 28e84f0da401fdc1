using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Manifest;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>The file MANIFEST of a lane: what must exist.</summary>
internal sealed class LaneManifestFile : IDisposable
{
    public const string FileName = "MANIFEST";

    private readonly TwoSlotFile _file;

    private LaneManifestFile(TwoSlotFile file, LaneManifest current) => (_file, Current) = (file, current);

    public LaneManifest Current { get; private set; }

    public static LaneManifestFile Create(IDisk disk, string directory, LaneManifest first)
    {
        var file = TwoSlotFile.Create(disk, Path.Combine(directory, FileName), LaneManifest.Magic, LaneManifest.SlotBytes);
        var manifest = new LaneManifestFile(file, first);
        manifest.Write(first);
        return manifest;
    }

    /// <exception cref="StoreException">Damaged: no slot is whole, or it is another lane's.</exception>
    public static LaneManifestFile Open(IDisk disk, string directory, Guid storeId, int lane)
    {
        var file = TwoSlotFile.Open(disk, Path.Combine(directory, FileName), LaneManifest.Magic, LaneManifest.SlotBytes);
        var fault = file.Damage;
        if (file.Content is { } content && LaneManifest.TryParse(content, out var manifest, out fault))
        {
            if (manifest.StoreId == storeId && manifest.Lane == lane)
                return Kept(disk, directory, new LaneManifestFile(file, manifest));
            fault = $"it belongs to lane {manifest.Lane} of store {manifest.StoreId}";
        }

        file.Dispose();
        throw new StoreException(StoreFault.Damaged, $"'{file.Path}' is not this lane's manifest ({fault}); restore the lane from a snapshot");
    }

    /// <summary>
    /// Writes what was read: a sync of an earlier process may have failed, and what is given back from now on relies on this manifest.
    /// </summary>
    private static LaneManifestFile Kept(IDisk disk, string directory, LaneManifestFile manifest)
    {
        try
        {
            manifest.Write(manifest.Current);
            disk.SyncDirectory(directory);
            return manifest;
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Replaces the manifest; durable on return. Into both slots: what the older one names is going to be deleted, so it would be no help.
    /// </summary>
    public void Write(LaneManifest next)
    {
        _file.Write(next.ToBytes());
        _file.Write(next.ToBytes());
        Current = next;
    }

    public void Dispose() => _file.Dispose();
}
