using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Manifest;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// The checkpoint that a manifest names: every file is compared with its stamp, and every byte that FASTER will walk over is verified, before it is
/// used.
/// </summary>
internal sealed class CheckpointFiles(IDisk disk, LanePaths paths, LaneManifest manifest)
{
    private const int MaxMetadataBytes = 1 << 20;

    /// <summary>Reads the checkpoint; what it holds is empty when the manifest names none.</summary>
    /// <exception cref="StoreException">Damaged: the file.</exception>
    public (KeyDirectory Keys, RequestWindow Requests, ValueCheckpoint? Values) Load(
        CheckpointImages images, SegmentFiles values, StoreOptions options)
    {
        if (manifest.Checkpoint == 0)
            return (new KeyDirectory(), new RequestWindow(options.RememberedRequests), null);
        foreach (var stamp in manifest.Files)
        {
            var path = Path.Combine(paths.Directory, stamp.Name);
            if (!disk.Exists(path))
                throw Damaged(path, "is missing");
            if (Checkpointer.StampOf(disk, path, stamp.Name) != stamp)
                throw Damaged(path, "is not what the checkpoint wrote");
        }

        var indexMetadata = ReadSmall(CheckpointImages.IndexMetadataFile);
        var logMetadata = ReadSmall(CheckpointImages.LogMetadataFile);
        var checkpoint = ValueCheckpoint.Parse(indexMetadata, logMetadata);
        Verify(checkpoint, values, options.PageBytes);
        images.ReadFrom(paths.Checkpoint(manifest.Checkpoint), indexMetadata, logMetadata);
        var keys = KeyDirectoryFile.Load(disk, PathOf(Checkpointer.KeysFile), out var keysSeq);
        var requests = RequestWindow.Load(disk, PathOf(Checkpointer.RequestsFile), options.RememberedRequests, out var requestsSeq);
        if (keysSeq != manifest.AppliedSeq || requestsSeq != manifest.AppliedSeq)
            throw Damaged(paths.Checkpoint(manifest.Checkpoint), $"holds seqs {keysSeq} and {requestsSeq} instead of {manifest.AppliedSeq}");
        return (keys, requests, checkpoint);
    }

    /// <summary>FASTER reads the last pages again, trusting every length in them.</summary>
    private static void Verify(ValueCheckpoint checkpoint, SegmentFiles values, int pageBytes)
    {
        if (checkpoint.Final > ValueScan.FirstAddress)
        {
            foreach (var address in new[] { checkpoint.Begin, checkpoint.Final - 1 }.Where(address => !values.Holds(address)))
                throw new StoreException(StoreFault.Damaged, $"{values.Locate(address)} is missing; restore the lane from a snapshot");
        }

        var preloaded = (checkpoint.Final / pageBytes * pageBytes) - ((long)ValueStore.PagesToPreload * pageBytes);
        var from = Math.Max(checkpoint.Begin, Math.Min(checkpoint.IndexStart, preloaded) / pageBytes * pageBytes);
        var scan = new ValueScan(values, pageBytes, Math.Max(from, ValueScan.FirstAddress), checkpoint.Final);
        while (scan.TryNext(out _))
        {
        }
    }

    private string PathOf(string name) => Path.Combine(paths.Checkpoint(manifest.Checkpoint), name);

    private byte[] ReadSmall(string name)
    {
        using var file = disk.Open(PathOf(name), DiskOpen.Existing);
        if (file.Length > MaxMetadataBytes)
            throw Damaged(file.Path, $"has {file.Length} bytes");
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    private static StoreException Damaged(string path, string what) =>
        new(StoreFault.Damaged, $"'{path}' {what}; restore the lane from a snapshot");
}
