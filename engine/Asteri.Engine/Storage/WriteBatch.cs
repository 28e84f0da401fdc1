using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage;

/// <summary>
/// Operations that become durable and visible together, per lane: all of a lane's operations or none. Made by <see cref="Store.NewBatch"/>,
/// filled by one thread, written once. Operations are encoded as they are added, in the log's own form, so that writing copies bytes and
/// nothing else.
/// </summary>
public sealed class WriteBatch
{
    private readonly StoreOptions _limits;
    private readonly SlotMap _slots;
    private readonly List<LaneOps> _lanes = [];
    private LaneOps? _last;
    private bool _sealed;

    internal WriteBatch(StoreOptions limits, SlotMap slots, RequestId request)
    {
        _limits = limits;
        _slots = slots;
        Request = request;
    }

    public RequestId Request { get; }

    public int Count { get; private set; }

    /// <summary>Bytes that the operations take in the log.</summary>
    public long ByteSize { get; private set; }

    /// <summary>The operations of each lane that has some, in the order of the lanes' first use.</summary>
    internal IReadOnlyList<LaneOps> Lanes => _lanes;

    /// <exception cref="StoreException">Invalid: the key or the value is larger than the store's limits.</exception>
    public WriteBatch Put(Space space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckKey(key, _limits.MaxKeyBytes);
        CheckValue(value);
        return Add(_slots.LaneOf(space, key), new LogOp(LogOpCode.Put, space, key, value));
    }

    public WriteBatch Delete(Space space, ReadOnlySpan<byte> key)
    {
        CheckKey(key, _limits.MaxKeyBytes);
        return Add(_slots.LaneOf(space, key), new LogOp(LogOpCode.Delete, space, key, default));
    }

    /// <summary>Adds an entry that replaces none: its key is <paramref name="key"/> followed by the operation's seq, 8 bytes, big-endian.</summary>
    public WriteBatch Append(Space space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckKey(key, _limits.MaxKeyBytes - FullKey.SeqBytes);
        CheckValue(value);
        return Add(_slots.LaneOfAppend(space, key), new LogOp(LogOpCode.Append, space, key, value));
    }

    /// <summary>Ends the filling: takes the checksums and refuses whatever is added or written again.</summary>
    internal void Seal()
    {
        RefuseIfSealed();
        _sealed = true;
        foreach (var lane in _lanes)
            lane.Seal();
    }

    /// <summary>Gives the memory of all operations back; for whoever is the last to read them.</summary>
    internal void Release()
    {
        foreach (var lane in _lanes)
            lane.Release();
    }

    private WriteBatch Add(int lane, in LogOp op)
    {
        RefuseIfSealed();
        if (ByteSize + op.ByteSize > _limits.MaxBatchBytes)
        {
            throw Invalid($"The batch would take {ByteSize + op.ByteSize} bytes with its operation {Count}; a batch may take "
                + $"{_limits.MaxBatchBytes}. Write it as several batches.");
        }

        OpsOf(lane).Add(op);
        ByteSize += op.ByteSize;
        Count++;
        return this;
    }

    private LaneOps OpsOf(int lane)
    {
        if (_last?.Lane == lane)
            return _last;
        foreach (var ops in _lanes)
        {
            if (ops.Lane == lane)
                return _last = ops;
        }

        _lanes.Add(_last = new LaneOps(lane));
        return _last;
    }

    private void RefuseIfSealed()
    {
        if (_sealed)
            throw Invalid("The batch has been written already. Make a new one, with the same request id if it is the same write.");
    }

    private void CheckKey(ReadOnlySpan<byte> key, int limit)
    {
        if (key.IsEmpty)
            throw Invalid($"The key of operation {Count} is empty; a key has 1 to {limit} bytes.");
        if (key.Length > limit)
            throw Invalid($"The key of operation {Count} has {key.Length} bytes; it may have {limit}. Use a shorter one, for example its hash.");
    }

    private void CheckValue(ReadOnlySpan<byte> value)
    {
        if (value.Length > _limits.MaxValueBytes)
            throw Invalid($"The value of operation {Count} has {value.Length} bytes; the limit is {_limits.MaxValueBytes}. Split it up.");
    }

    private static StoreException Invalid(string message) => new(StoreFault.Invalid, message);
}
