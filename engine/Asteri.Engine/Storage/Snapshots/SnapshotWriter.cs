using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Lanes;
using Asteri.Engine.Storage.Manifest;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>
/// Writes a snapshot: every lane's checkpoint, then, from one moment, the ends of all logs, then SNAPSHOT. Until that is there it is no snapshot.
/// </summary>
internal sealed class SnapshotWriter(IDisk disk, StoreManifest store, IReadOnlyList<Lane> lanes)
{
    /// <exception cref="StoreException">Invalid: the directory is there already.</exception>
    public async Task<CommitToken> WriteAsync(string directory, SnapshotCopy copy, CancellationToken cancellation)
    {
        if (disk.Exists(directory))
            throw new StoreException(StoreFault.Invalid, $"'{directory}' is there already; a snapshot needs a new directory");
        disk.CreateDirectory(directory);
        try
        {
            var manifest = new SnapshotManifest(store, await CopyLanesAsync(directory, copy, cancellation).ConfigureAwait(false));
            WriteManifest(directory, manifest);
            return manifest.Token;
        }
        catch
        {
            disk.DeleteDirectory(directory);
            throw;
        }
    }

    private async Task<SnapshotLane[]> CopyLanesAsync(string directory, SnapshotCopy copy, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var copied = new CountdownEvent(lanes.Count);
        var ends = new Lazy<Commit[]>(() => [.. lanes.Select(lane => lane.Committed)]);
        var copies = lanes.Select((lane, index) => lane.SnapshotAsync(parts =>
        {
            var snapshot = new LaneSnapshot(parts, directory, copy);
            snapshot.CopyCheckpoint();
            // Every lane waits until all have come so far: then the ends of the logs are taken together, and little is left to copy.
            copied.Signal();
            copied.Wait(stop.Token);
            return snapshot.CopyLog(ends.Value[index]);
        })).ToArray();
        foreach (var lane in copies)
            _ = StopWithAsync(lane, stop);
        try
        {
            return await Task.WhenAll(copies).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Stopped because another lane failed: that is the reason to give.
            throw copies.Select(lane => lane.Exception?.InnerException).First(error => error is not (null or OperationCanceledException))!;
        }
    }

    /// <summary>A lane that fails must not leave the others waiting for it.</summary>
    private static async Task StopWithAsync(Task lane, CancellationTokenSource stop)
    {
        await lane.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!lane.IsCompletedSuccessfully)
            await stop.CancelAsync().ConfigureAwait(false);
    }

    private void WriteManifest(string directory, SnapshotManifest manifest)
    {
        // The copies and their names must be durable before the file that vouches for them.
        disk.SyncDirectory(directory);
        var bytes = manifest.ToBytes();
        if (bytes.Length > SnapshotManifest.MaxBytes)
            throw new StoreException(
                StoreFault.Invalid,
                $"the snapshot's list of files takes {bytes.Length} bytes; it may take {SnapshotManifest.MaxBytes}. Use larger segments.");
        using (var file = disk.Open(Path.Combine(directory, SnapshotManifest.FileName), DiskOpen.New))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.SyncDirectory(directory);
        if (Path.GetDirectoryName(Path.GetFullPath(directory)) is { } parent)
            disk.SyncDirectory(parent);
    }
}
