namespace Asteri.Engine.Storage;

/// <summary>
/// A node's durable bytes: a few lanes, each one log, one key-value store and one writer. An acknowledged write survives kill -9 and power cuts; damage is
/// found and named, never served. Thread-safe. A directory belongs to one process at a time.
/// </summary>
public sealed class Store : IAsyncDisposable
{
    private Store()
    {
    }

    /// <summary>Opens a store, or makes one where the directory is absent or empty. A lane that is damaged is refused by name and the others serve.</summary>
    /// <exception cref="StoreException">Damaged: the store's own manifest; Invalid: the options; ReadOnly: another process has it.</exception>
    public static Task<Store> OpenAsync(StoreOptions options, TimeProvider? time = null, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>The lanes, in order, with what became of each.</summary>
    public IReadOnlyList<LaneStatus> Status => throw new NotSupportedException("to be written");

    /// <summary>An empty batch; every try of the same write brings the same <paramref name="request"/>.</summary>
    public WriteBatch NewBatch(RequestId request = default) => throw new NotSupportedException("to be written");

    /// <summary>Writes a batch: logged, applied in log order, then complete: durable, and seen by every read that starts after it.</summary>
    /// <param name="batch">Not to be touched again.</param>
    /// <param name="cancellation">Honoured while the batch waits in the queue; a batch that has reached the log is not taken back.</param>
    public ValueTask<CommitToken> WriteAsync(WriteBatch batch, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>Reads one entry; null when there is none.</summary>
    /// <exception cref="StoreException">Damaged: there is one, but its bytes are not what was written.</exception>
    public StoredValue? Read(Space space, ReadOnlySpan<byte> key) => throw new NotSupportedException("to be written");

    /// <summary>
    /// The entries of a space whose keys start with <paramref name="prefix"/> and lie behind <paramref name="after"/>, in key order over all lanes. The set of keys is that
    /// of the moment of the call; an entry deleted meanwhile is left out, one replaced meanwhile may come in its newer form.
    /// </summary>
    public IEnumerable<StoredEntry> Scan(Space space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after = default) => throw new NotSupportedException("to be written");

    /// <summary>The keys alone: no value is read.</summary>
    public IEnumerable<StoredKey> ScanKeys(Space space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after = default) => throw new NotSupportedException("to be written");

    /// <summary>How many entries a space has.</summary>
    public long Count(Space space) => throw new NotSupportedException("to be written");

    /// <summary>A lane's operations in order, from <paramref name="fromSeq"/> on, and then as they are committed.</summary>
    /// <exception cref="StoreException">LogTruncated: start from a scan instead; Damaged: a record on the way.</exception>
    public IAsyncEnumerable<LaneRecord> SubscribeAsync(int lane, ulong fromSeq, CancellationToken cancellation) => throw new NotSupportedException("to be written");

    /// <summary>The last seq of every lane: whatever was acknowledged before the call is at or below it.</summary>
    public CommitToken Now => throw new NotSupportedException("to be written");

    /// <summary>Completes when reads see everything up to <paramref name="token"/>.</summary>
    public ValueTask WaitForAsync(CommitToken token, CancellationToken cancellation) => throw new NotSupportedException("to be written");

    /// <summary>Takes a checkpoint of every lane now, and gives back the log behind it.</summary>
    public Task CheckpointAsync(CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>Writes a consistent copy of all lanes into a new directory, while writes go on. The copy is whole when the returned token is there, or not there at all.</summary>
    public Task<CommitToken> SnapshotAsync(string directory, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>Makes a store directory out of a snapshot, after every name, size and checksum in it has been verified. The target must be absent or empty.</summary>
    /// <exception cref="StoreException">Damaged: the snapshot is not what SnapshotAsync wrote; the message names the entry. Nothing is left at the target.</exception>
    public static Task RestoreAsync(string snapshotDirectory, string targetDirectory, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>Commits what is queued, takes a last checkpoint and closes the files.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException("to be written");
}
