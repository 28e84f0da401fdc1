using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Lanes;
using Asteri.Engine.Storage.Records;
using Asteri.Engine.Storage.Snapshots;

namespace Asteri.Engine.Storage;

/// <summary>
/// A node's durable bytes: a few lanes, each one log, one key-value store and one writer. An acknowledged write survives kill -9 and power cuts;
/// damage is found and named, never served. Thread-safe. A directory belongs to one process at a time.
/// </summary>
public sealed class Store : IAsyncDisposable
{
    private readonly StoreParts _parts;
    private readonly LaneHolder[] _lanes;
    private readonly IDisposable? _lock;
    private readonly SemaphoreSlim _snapshot = new(1, 1);
    private int _disposed;

    private Store(StoreParts parts, LaneHolder[] lanes, IDisposable? directoryLock) => (_parts, _lanes, _lock) = (parts, lanes, directoryLock);

    /// <summary>
    /// Opens a store, or makes one where the directory is absent or empty. A lane that is damaged is refused by name and the others serve.
    /// </summary>
    /// <exception cref="StoreException">Damaged: the store's own manifest; Invalid: the options; ReadOnly: another process has it.</exception>
    public static async Task<Store> OpenAsync(StoreOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var directoryLock = DirectoryLock.Take(LinuxDisk.Instance, options.Directory);
        try
        {
            return await OpenAsync(options, LinuxDisk.Instance, time, directoryLock, cancellation).ConfigureAwait(false);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens a store on any disk; nobody else may have it.</summary>
    internal static Task<Store> OpenAsync(StoreOptions options, IDisk disk, TimeProvider? time, CancellationToken cancellation) =>
        OpenAsync(options, disk, time, null, cancellation);

    /// <summary>The lanes, in order, with what became of each.</summary>
    public IReadOnlyList<LaneStatus> Status => [.. _lanes.Select(lane => lane.Status)];

    /// <summary>An empty batch; every try of the same write brings the same <paramref name="request"/>.</summary>
    public WriteBatch NewBatch(RequestId request = default) => new(_parts.Options, _parts.Slots, request);

    /// <summary>Writes a batch: logged, applied in log order, then complete: durable, and seen by every read that starts after it.</summary>
    /// <param name="batch">Not to be touched again.</param>
    /// <param name="cancellation">Honoured while the batch waits in the queue; a batch that has reached the log is not taken back.</param>
    public async ValueTask<CommitToken> WriteAsync(WriteBatch batch, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        batch.Seal();
        try
        {
            var seqs = new Dictionary<int, ulong>(batch.Lanes.Count);
            if (batch.Lanes is [var only])
            {
                seqs[only.Lane] = await _lanes[only.Lane].Get().WriteAsync(only, batch.Request, cancellation).ConfigureAwait(false);
                return new CommitToken(seqs);
            }

            // What can be refused is refused before any lane has its part. From then on nothing may throw before every part has ended: a lane that
            // goes in between (it is being reopened) refuses its part itself, and the memory of the others stays theirs.
            var lanes = batch.Lanes.Select(ops => _lanes[ops.Lane].Get()).ToArray();
            foreach (var lane in lanes)
                lane.CheckWritable();
            var writes = lanes.Select((lane, i) => lane.WriteAsync(batch.Lanes[i], batch.Request, cancellation)).ToArray();
            await Task.WhenAll(writes).ConfigureAwait(false);
            for (var i = 0; i < writes.Length; i++)
                seqs[batch.Lanes[i].Lane] = await writes[i].ConfigureAwait(false);
            return new CommitToken(seqs);
        }
        finally
        {
            batch.Release();
        }
    }

    /// <summary>Reads one entry; null when there is none.</summary>
    /// <exception cref="StoreException">Damaged: there is one, but its bytes are not what was written.</exception>
    public StoredValue? Read(Space space, ReadOnlySpan<byte> key)
    {
        ThrowIfClosed();
        // Not MaxKeyBytes: there may be entries from a time when it was higher.
        if (key.IsEmpty || key.Length > StoreOptions.LongestKeyBytes)
            return null;
        Span<byte> fullKey = stackalloc byte[FullKey.SpaceBytes + key.Length];
        FullKey.Write(fullKey, space, key);
        return _lanes[_parts.Slots.LaneOf(space, key)].Get().Read(fullKey);
    }

    /// <summary>
    /// The entries of a space whose keys start with <paramref name="prefix"/> and lie behind <paramref name="after"/>, in key order over all lanes.
    /// The set of keys is that of the moment of the call; an entry deleted meanwhile is left out, one replaced meanwhile may come in its newer form.
    /// </summary>
    public IEnumerable<StoredEntry> Scan(Space space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after = default) =>
        Entries(Merge(space, prefix.Span, after.Span));

    /// <summary>The keys alone: no value is read.</summary>
    public IEnumerable<StoredKey> ScanKeys(Space space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after = default) =>
        Keys(Merge(space, prefix.Span, after.Span));

    /// <summary>How many entries a space has.</summary>
    public long Count(Space space)
    {
        ThrowIfClosed();
        return _lanes.Sum(lane => lane.Get().CountOf(space));
    }

    /// <summary>A lane's operations in order, from <paramref name="fromSeq"/> on, and then as they are committed.</summary>
    /// <exception cref="StoreException">LogTruncated: start from a scan instead; Damaged: a record on the way.</exception>
    public IAsyncEnumerable<LaneRecord> SubscribeAsync(int lane, ulong fromSeq, CancellationToken cancellation)
    {
        ThrowIfClosed();
        return HolderOf(lane).Get().SubscribeAsync(fromSeq, cancellation);
    }

    /// <summary>The last seq of every lane: whatever was acknowledged before the call is at or below it.</summary>
    public CommitToken Now => new(_lanes.Where(lane => lane.IsServing).ToDictionary(lane => lane.Number, lane => lane.Get().LastSeq));

    /// <summary>Completes when reads see everything up to <paramref name="token"/>.</summary>
    public async ValueTask WaitForAsync(CommitToken token, CancellationToken cancellation)
    {
        foreach (var (lane, seq) in token.Seqs)
        {
            ThrowIfClosed();
            await HolderOf(lane).Get().WaitForAsync(seq, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a checkpoint of every lane now, and gives back the log behind it.</summary>
    public async Task CheckpointAsync(CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        var checkpoints = _lanes.Where(lane => lane.IsServing).Select(lane => lane.Get().CheckpointAsync());
        await Task.WhenAll(checkpoints).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes a lane and opens it again, for one that an I/O error made read-only or that was refused and has been repaired. A full disk needs no
    /// reopening. Nothing that was acknowledged is lost; reads of the lane are refused meanwhile, and subscriptions end.
    /// </summary>
    public async Task<LaneStatus> ReopenLaneAsync(int lane)
    {
        ThrowIfClosed();
        await HolderOf(lane).ReopenAsync().ConfigureAwait(false);
        return HolderOf(lane).Status;
    }

    /// <summary>
    /// Writes a consistent copy of all lanes into a new directory, while writes go on. The copy is whole when the returned token is there, or not
    /// there at all. One at a time: the next one waits.
    /// </summary>
    public async Task<CommitToken> SnapshotAsync(
        string directory, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        // All lanes of a snapshot wait for each other: two at once, begun in another order on some lane, would wait for ever.
        await _snapshot.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            var writer = new SnapshotWriter(_parts.Disk, _parts.Manifest, [.. _lanes.Select(lane => lane.Get())]);
            var copy = new SnapshotCopy(_parts.Disk, progress, cancellation);
            return await Task.Run(() => writer.WriteAsync(directory, copy, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _snapshot.Release();
        }
    }

    /// <summary>
    /// Makes a store directory out of a snapshot, after every name, size and checksum in it has been verified. The target must be absent or empty.
    /// </summary>
    /// <exception cref="StoreException">Damaged: the snapshot is not what SnapshotAsync wrote; the message names the entry. Nothing is left at the
    /// target.</exception>
    public static Task RestoreAsync(string snapshotDirectory, string targetDirectory, CancellationToken cancellation = default) =>
        RestoreAsync(snapshotDirectory, targetDirectory, LinuxDisk.Instance, cancellation);

    /// <summary>
    /// Reads everything of every lane once; what is damaged is in <see cref="Status"/> afterwards. The background scrub does the same, slowly.
    /// </summary>
    internal Task ScrubAsync() => Task.WhenAll(_lanes.Where(lane => lane.IsServing).Select(lane => lane.Get().ScrubAsync()));

    internal static Task RestoreAsync(string snapshotDirectory, string targetDirectory, IDisk disk, CancellationToken cancellation) =>
        Task.Run(() => new SnapshotRestore(disk, snapshotDirectory, targetDirectory).Run(cancellation), cancellation);

    /// <summary>Commits what is queued, takes a last checkpoint and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            await Task.WhenAll(_lanes.Select(lane => lane.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    private static async Task<Store> OpenAsync(
        StoreOptions options, IDisk disk, TimeProvider? time, IDisposable? directoryLock, CancellationToken cancellation)
    {
        options.Validate();
        var clock = time ?? TimeProvider.System;
        var space = new SpaceWatch(disk, options.Directory, options.MinFreeBytes, clock);
        var manifest = await Task.Run(new StoreFile(disk, options).OpenOrCreate, cancellation).ConfigureAwait(false);
        var kept = options with { Lanes = manifest.Lanes, PageBytes = manifest.PageBytes, SegmentBytes = manifest.SegmentBytes };
        kept.Validate();
        var parts = new StoreParts(kept, disk, manifest, clock);
        var lanes = await Task.WhenAll(Enumerable.Range(0, manifest.Lanes).Select(number =>
        {
            var seat = new LaneSeat(number, manifest.StoreId, new LanePaths(kept.Directory, number), disk, kept, space, clock);
            return Task.Run(() => LaneHolder.Open(seat), CancellationToken.None);
        })).ConfigureAwait(false);
        var store = new Store(parts, lanes, directoryLock);
        if (!cancellation.IsCancellationRequested)
            return store;
        await store.DisposeAsync().ConfigureAwait(false);
        throw new OperationCanceledException(cancellation);
    }

    private LaneHolder HolderOf(int lane) => lane >= 0 && lane < _lanes.Length
        ? _lanes[lane]
        : throw new StoreException(StoreFault.Invalid, $"there is no lane {lane}; this store has lanes 0 to {_lanes.Length - 1}");

    private ScanMerge Merge(Space space, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after)
    {
        ThrowIfClosed();
        var fullPrefix = FullKey.Of(space, prefix);
        var fullAfter = after.IsEmpty ? [] : FullKey.Of(space, after);
        return new ScanMerge([.. _lanes.Select(lane => lane.Get().Keys.Scan(fullPrefix, fullAfter))]);
    }

    private IEnumerable<StoredEntry> Entries(ScanMerge merge)
    {
        while (merge.MoveNext())
        {
            ThrowIfClosed();
            var fullKey = merge.Key.ToArray();
            if (_lanes[merge.Lane].Get().Read(fullKey) is { } value)
                yield return new StoredEntry(fullKey[FullKey.SpaceBytes..], value);
        }
    }

    private static IEnumerable<StoredKey> Keys(ScanMerge merge)
    {
        while (merge.MoveNext())
            yield return new StoredKey(FullKey.KeyOf(merge.Key).ToArray(), merge.Seq);
    }

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref _disposed) != 0)
            throw new StoreException(StoreFault.Closed, "the store is closed");
    }
}
