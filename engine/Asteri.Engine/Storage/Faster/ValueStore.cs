using System.Buffers.Binary;
using System.Collections.Concurrent;
using Asteri.Engine.Storage.Records;
using FASTER.core;
using Session = FASTER.core.ClientSession<FASTER.core.SpanByte, FASTER.core.SpanByte, FASTER.core.SpanByte,
    Asteri.Engine.Storage.Faster.ValueRead, FASTER.core.Empty, Asteri.Engine.Storage.Faster.ValueFunctions>;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// The values of a lane: FasterKV behind the few operations that a lane needs. One thread (the applier) puts and deletes; any number reads. It is no
/// judge of what exists: a flipped bit can make it lose a key, and the key directory says so.
/// </summary>
internal sealed unsafe class ValueStore : IDisposable
{
    private const int LengthBytes = 4;
    public const int PagesToPreload = 1;

    private readonly SegmentFiles _files;
    private readonly IoFault _fault;
    private readonly CheckpointImages _images;
    private readonly SegmentedDevice _device;
    private readonly FasterKV<SpanByte, SpanByte> _store;
    private readonly Session _applier;
    private readonly ConcurrentBag<Session> _readers = [];
    private readonly byte[] _envelope;
    private bool _disposed;

    public ValueStore(SegmentFiles files, IoFault fault, CheckpointImages images, ValueStoreShape shape, ValueCheckpoint? recovered)
    {
        (_files, _fault, _images, PageBytes) = (files, fault, images, shape.PageBytes);
        _device = new SegmentedDevice(files, fault, shape.PageBytes, "asteri-values");
        _envelope = GC.AllocateArray<byte>(shape.PageBytes, pinned: true);
        using var settings = new FasterKVSettings<SpanByte, SpanByte>
        {
            LogDevice = _device,
            IndexSize = shape.IndexBytes,
            PageSize = shape.PageBytes,
            MemorySize = shape.MemoryBytes,
            SegmentSize = files.SegmentBytes,
            // Pages are flushed as soon as they are full: no update happens in place, and a checkpoint has little left to write.
            MutableFraction = 0,
            EqualityComparer = new ValueKeyComparer(),
            ConcurrencyControlMode = ConcurrencyControlMode.None,
            CheckpointManager = images,
            TryRecoverLatest = false,
        };
        _store = new FasterKV<SpanByte, SpanByte>(settings);
        if (recovered is { } checkpoint)
            Recover(checkpoint);
        _applier = NewSession();
    }

    public int PageBytes { get; }

    public long Tail => _store.Log.TailAddress;

    public long Begin => _store.Log.BeginAddress;

    /// <summary>The last checkpoint needs no record below this address.</summary>
    public long CheckpointedFrom { get; private set; }

    /// <summary>Records below this address are whole in the files; those behind it may still be on their way there.</summary>
    public long CheckpointedUntil { get; private set; }

    /// <summary>Most bytes that a key and its value may take together.</summary>
    public static int MaxRecordBytes(int pageBytes) => pageBytes - 64 - ValueEnvelope.HeaderBytes;

    /// <summary>Bytes that a record of the value log takes at most.</summary>
    public static long RecordBytes(int fullKeyBytes, int valueBytes) => fullKeyBytes + valueBytes + ValueEnvelope.HeaderBytes + 32;

    /// <summary>Adds a value; the applier's. The newest one of a key counts.</summary>
    public void Put(ReadOnlySpan<byte> fullKey, ulong seq, ReadOnlySpan<byte> value)
    {
        var envelopeBytes = ValueEnvelope.HeaderBytes + value.Length;
        ValueEnvelope.Write(_envelope, fullKey, seq, value);
        Span<byte> keyBuffer = stackalloc byte[LengthBytes + fullKey.Length];
        ref var key = ref KeyIn(keyBuffer, fullKey);
        fixed (byte* bytes = _envelope)
        {
            var span = SpanByte.FromPointer(bytes, envelopeBytes);
            if (_applier.Upsert(ref key, ref span).IsPending)
                _applier.CompletePending(wait: true);
        }
    }

    /// <summary>Forgets a key; the applier's.</summary>
    public void Delete(ReadOnlySpan<byte> fullKey)
    {
        Span<byte> keyBuffer = stackalloc byte[LengthBytes + fullKey.Length];
        ref var key = ref KeyIn(keyBuffer, fullKey);
        if (_applier.Delete(ref key).IsPending)
            _applier.CompletePending(wait: true);
    }

    /// <summary>Reads the newest value of a key; any thread's.</summary>
    public ValueRead Read(ReadOnlySpan<byte> fullKey)
    {
        var session = _readers.TryTake(out var idle) ? idle : NewSession();
        try
        {
            var read = Read(session, fullKey);
            _readers.Add(session);
            return read;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // FASTER stumbled over a damaged record. The session may have a read that never ends, so it is not used again, nor disposed, which would
            // wait for it.
            return new ValueRead { IsDamaged = true };
        }
    }

    /// <summary>
    /// Begins a checkpoint in a directory made ready by <see cref="CheckpointImages.WriteTo"/>; the applier's, between two groups. Writes go on.
    /// </summary>
    public void StartCheckpoint()
    {
        if (!_store.TryInitiateFullCheckpoint(out _, CheckpointType.FoldOver))
            throw new InvalidOperationException("a checkpoint of the value store is running already");
    }

    /// <summary>Waits for the checkpoint to end and syncs the value log; not the applier's, which must go on meanwhile.</summary>
    public ValueCheckpoint CompleteCheckpoint()
    {
        AwaitCheckpoint();
        ThrowIfFailed();
        var checkpoint = ValueCheckpoint.Parse(_images.IndexMetadata!, _images.LogMetadata!);
        // FASTER does not wait for its last pages when they were on their way before the checkpoint began, because the tail was at the end of a page.
        _store.Log.ShiftReadOnlyAddress(checkpoint.Final, wait: true);
        ThrowIfFailed();
        SyncFiles();
        (CheckpointedFrom, CheckpointedUntil) = (checkpoint.Begin, checkpoint.Final);
        return checkpoint;
    }

    /// <summary>Waits for a checkpoint to end, whatever has become of it: until then no other can begin.</summary>
    public void AwaitCheckpoint() => _store.CompleteCheckpointAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Makes sure that this many bytes more have reserved space.</summary>
    /// <exception cref="IOException">There is no space, or the disk failed.</exception>
    public void Reserve(long bytes) => _files.ReserveUntil(Tail + bytes + (2L * PageBytes));

    /// <summary>Forgets everything below an address; the files stay until a checkpoint that does not need them has been published.</summary>
    public void ShiftBegin(long address) => _store.Log.ShiftBeginAddress(address);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _applier.Dispose();
        while (_readers.TryTake(out var session))
            session.Dispose();
        _store.Dispose();
        _device.Dispose();
    }

    private static ref SpanByte KeyIn(Span<byte> buffer, ReadOnlySpan<byte> fullKey)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer, fullKey.Length);
        fullKey.CopyTo(buffer[LengthBytes..]);
        return ref SpanByte.Reinterpret(buffer);
    }

    private static ValueRead Read(Session session, ReadOnlySpan<byte> fullKey)
    {
        Span<byte> keyBuffer = stackalloc byte[LengthBytes + fullKey.Length];
        ref var key = ref KeyIn(keyBuffer, fullKey);
        var read = default(ValueRead);
        if (!session.Read(ref key, ref read).IsPending)
            return read;
        session.CompletePendingWithOutputs(out var outputs, wait: true);
        using (outputs)
        {
            while (outputs.Next())
                read = outputs.Current.Output;
        }

        return read;
    }

    private void Recover(ValueCheckpoint checkpoint)
    {
        _device.ReadLimit = checkpoint.Final;
        try
        {
            _store.Recover(checkpoint.Token, checkpoint.Token, PagesToPreload, undoNextVersion: false);
        }
        catch
        {
            // Nobody will dispose a store that was never made: its writing thread ends here.
            _device.Dispose();
            throw;
        }

        _device.ReadLimit = long.MaxValue;
        (CheckpointedFrom, CheckpointedUntil) = (checkpoint.Begin, checkpoint.Final);
    }

    /// <summary>A failed sync is never tried again: what it was to write may look written, so no later checkpoint may rely on it.</summary>
    private void SyncFiles()
    {
        try
        {
            _files.Sync();
        }
        catch (IOException error)
        {
            _fault.Report(error);
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        if ((_fault.First ?? _images.Error) is { } error)
            throw new IOException("the checkpoint could not be written: " + error.Message, error);
    }

    private Session NewSession() => _store.For(new ValueFunctions()).NewSession<ValueFunctions>();
}
