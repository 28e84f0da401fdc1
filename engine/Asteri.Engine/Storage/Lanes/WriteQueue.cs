namespace Asteri.Engine.Storage.Lanes;

/// <summary>The writes that wait for a lane's log writer, in order of arrival.</summary>
/// <param name="capacity">Writes that may wait.</param>
/// <param name="maxBytes">Bytes of operations that may wait; one write always may.</param>
internal sealed class WriteQueue(int capacity, long maxBytes) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly AutoResetEvent _arrived = new(false);
    private List<PendingWrite> _waiting = [];
    private long _waitingBytes;
    private bool _closed;

    /// <summary>Throws when the queue is full or closed now; a hint, because it may be a moment later.</summary>
    /// <exception cref="StoreException">Overloaded or Closed.</exception>
    public void CheckRoom()
    {
        lock (_sync)
        {
            if (_closed)
                throw Closed();
            if (_waiting.Count >= capacity || _waitingBytes > maxBytes)
                throw Overloaded();
        }
    }

    /// <exception cref="StoreException">Overloaded or Closed; the write was not taken.</exception>
    public void Add(PendingWrite write)
    {
        bool isFirst;
        lock (_sync)
        {
            if (_closed)
                throw Closed();
            isFirst = _waiting.Count == 0;
            if (_waiting.Count >= capacity || (!isFirst && _waitingBytes + write.Bytes > maxBytes))
                throw Overloaded();
            _waiting.Add(write);
            _waitingBytes += write.Bytes;
        }

        if (isFirst)
            _arrived.Set();
    }

    /// <summary>
    /// Waits for writes and takes them, up to about <paramref name="maxGroupBytes"/> but at least one. Null once the queue is closed and empty.
    /// </summary>
    public List<PendingWrite>? Take(long maxGroupBytes)
    {
        while (true)
        {
            lock (_sync)
            {
                if (_waiting.Count > 0)
                    return TakeWaiting(maxGroupBytes);
                if (_closed)
                    return null;
            }

            _arrived.WaitOne();
        }
    }

    /// <summary>Takes no more writes; those that wait are still handed out.</summary>
    public void Close()
    {
        lock (_sync)
            _closed = true;
        _arrived.Set();
    }

    public void Dispose() => _arrived.Dispose();

    private static StoreException Closed() => new(StoreFault.Closed, "the store is closing");

    private StoreException Overloaded() => new(
        StoreFault.Overloaded,
        $"{_waiting.Count} writes of {_waitingBytes} bytes wait for the lane; {capacity} (MaxQueuedWrites) of {maxBytes} bytes may. Try "
        + "again a little later.");

    private List<PendingWrite> TakeWaiting(long maxGroupBytes)
    {
        long bytes = 0;
        var count = 0;
        while (count < _waiting.Count && (count == 0 || bytes + _waiting[count].Bytes <= maxGroupBytes))
            bytes += _waiting[count++].Bytes;
        _waitingBytes -= bytes;
        if (count == _waiting.Count)
        {
            var all = _waiting;
            _waiting = [];
            return all;
        }

        var taken = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        // The rest is there already: the next Take finds it without a signal.
        return taken;
    }
}
