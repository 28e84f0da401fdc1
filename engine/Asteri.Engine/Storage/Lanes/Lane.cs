using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// One lane at work: one log, one value store, one key directory, one writer. Any thread may call it. Reads share no lock with the writer.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    private const int UnchangedReads = 3;

    private readonly LaneParts _parts;
    private readonly LogWriter _writer;
    private readonly ApplyLoop _applier;
    private readonly Keeper _keeper;
    private readonly UseGate _readers = new();
    private readonly CancellationTokenSource _stopScrub = new();
    private readonly Task _scrub;

    public Lane(LaneParts parts, RecordLog log)
    {
        _parts = parts;
        parts.Fault.Poisoned += _ => parts.Tail.End(parts.Health.ReadOnly());
        if (parts.Fault.IsPoisoned)
            parts.Tail.End(parts.Health.ReadOnly());
        var queue = new ApplyQueue();
        _keeper = new Keeper(parts, queue);
        _applier = new ApplyLoop(parts, queue, _keeper.Notice);
        _writer = new LogWriter(parts, log, queue, _keeper.MakeRoom);
        _scrub = parts.Options.ScrubBytesPerSecond == 0 ? Task.CompletedTask : Task.Run(() => ScrubAsync(_stopScrub.Token));
    }

    /// <summary>The keys as published last.</summary>
    public KeyView Keys => _parts.Keys.View;

    public ulong LastSeq => _parts.Tail.Seq;

    public LaneStatus Status => new(_parts.Number, _parts.Health.State, _parts.Health.Reason)
    {
        LastSeq = _parts.Tail.Seq,
        CheckpointSeq = _parts.Manifest.Current.AppliedSeq,
        Entries = Keys.Count,
        LogBytes = _parts.LogFiles.ByteSize,
        ValueBytes = _parts.ValueFiles.ByteSize,
    };

    public long CountOf(Space space) => _parts.Keys.CountOf(space);

    /// <summary>Throws what a write would be refused with, where that is known already.</summary>
    public void CheckWritable()
    {
        if (_parts.Fault.IsPoisoned)
            throw _parts.Health.ReadOnly();
        _writer.CheckRoom();
    }

    /// <summary>
    /// Writes operations; the seq of the last one once they are durable and visible. They are not touched any more when the task ends.
    /// </summary>
    public async Task<ulong> WriteAsync(LaneOps ops, RequestId request, CancellationToken cancellation)
    {
        var write = new PendingWrite(ops, request);
        _writer.Add(write);
        if (!cancellation.CanBeCanceled)
            return await write.Done.ConfigureAwait(false);
        await using (cancellation.UnsafeRegister((state, token) => ((PendingWrite)state!).Cancel(token), write).ConfigureAwait(false))
            return await write.Done.ConfigureAwait(false);
    }

    /// <summary>Reads an entry; null when there is none.</summary>
    /// <exception cref="StoreException">Damaged; Closed.</exception>
    public StoredValue? Read(ReadOnlySpan<byte> fullKey)
    {
        if (!_readers.TryEnter())
            throw new StoreException(StoreFault.Closed, $"lane {_parts.Number} is closed");
        try
        {
            return ReadOpen(fullKey);
        }
        finally
        {
            _readers.Exit();
        }
    }

    /// <summary>Reads everything once and notes what is damaged.</summary>
    public Task ScrubAsync() => new Scrub(_parts, this, 0).PassAsync(CancellationToken.None);

    public IAsyncEnumerable<LaneRecord> SubscribeAsync(ulong fromSeq, CancellationToken cancellation) =>
        new LogSubscription(_parts).ReadFromAsync(fromSeq, cancellation);

    public ValueTask WaitForAsync(ulong seq, CancellationToken cancellation) => _parts.Tail.WaitForAsync(seq, cancellation);

    /// <summary>The last commit of the log.</summary>
    public Commit Committed => _writer.Committed;

    public Task CheckpointAsync() => _keeper.CheckpointAsync();

    /// <summary>Takes a checkpoint, and keeps it and the log behind it until <paramref name="copy"/> has ended.</summary>
    public Task<T> SnapshotAsync<T>(Func<LaneParts, T> copy) => _keeper.HoldAsync(() => copy(_parts));

    /// <summary>Commits what is queued, takes a last checkpoint when there is something new, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopScrub.CancelAsync().ConfigureAwait(false);
        await _scrub.ConfigureAwait(false);
        await Task.Run(Close).ConfigureAwait(false);
    }

    private void Close()
    {
        _writer.Close();
        _applier.Finish(_writer.Committed.LastSeq);
        if (_parts.Tail.Seq > _parts.Manifest.Current.AppliedSeq && !_parts.Fault.IsPoisoned)
            _keeper.FinishWithCheckpoint();
        _keeper.Dispose();
        _applier.Close();
        _parts.Tail.End(new StoreException(StoreFault.Closed, "the store is closed"));
        _readers.Close();
        _writer.Dispose();
        _parts.Dispose();
        _stopScrub.Dispose();
    }

    private async Task ScrubAsync(CancellationToken cancellation)
    {
        try
        {
            await new Scrub(_parts, this, _parts.Options.ScrubBytesPerSecond).RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The lane closes.
        }
        catch (Exception error)
        {
            _parts.Health.Note("scrub", $"the scrub has ended: {error.Message}");
        }
    }

    private StoredValue? ReadOpen(ReadOnlySpan<byte> fullKey)
    {
        ulong expected = 0;
        var misses = 0;
        while (true)
        {
            if (!_parts.Keys.View.TryGet(fullKey, out var seq))
                return null;
            var read = _parts.Values.Read(fullKey);
            if (read.Bytes is not null && read.Seq >= seq)
            {
                AwaitVisible(read.Seq);
                return new StoredValue(read.Seq, read.Bytes);
            }

            // Not what the directory says. It may have changed in between, or the value may just have been moved; if neither, the bytes are gone.
            misses = seq == expected ? misses + 1 : 1;
            expected = seq;
            if (misses >= UnchangedReads)
                throw Damaged(fullKey, seq, read);
        }
    }

    /// <summary>
    /// Waits until the group of an operation is published. Its values are in the value store a moment before; whoever has seen one must find all the
    /// others of its batch by the next read. The applier only has memory to write until then.
    /// </summary>
    private void AwaitVisible(ulong seq)
    {
        var spin = default(SpinWait);
        while (_parts.Tail.Seq < seq && !_parts.Fault.IsPoisoned)
            spin.SpinOnce();
    }

    private StoreException Damaged(ReadOnlySpan<byte> fullKey, ulong seq, in ValueRead read)
    {
        var space = FullKey.SpaceOf(fullKey);
        var found = read.IsDamaged ? "its bytes are not what was written"
            : read.Bytes is null ? "the value store does not find it"
            : $"the value store has seq {read.Seq} only";
        return new StoreException(
            StoreFault.Damaged,
            $"lane {_parts.Number}: the entry of space {space.Kind}/{space.Id} with key 0x{Convert.ToHexString(FullKey.KeyOf(fullKey))} "
            + $"and seq {seq} is damaged in "
            + $"'{_parts.Paths.Values}': {found}; write it again or restore the lane from a snapshot");
    }
}
