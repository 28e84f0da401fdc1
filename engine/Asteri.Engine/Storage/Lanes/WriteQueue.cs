namespace Asteri.Engine.Storage.Lanes;

/// <summary>The writes that wait for a lane's log writer, in order of arrival.</summary>
internal sealed class WriteQueue(int capacity) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly AutoResetEvent _arrived = new(false);
    private List<PendingWrite> _waiting = [];
    private bool _closed;

    /// <summary>Room for another write; a hint, because others may take it.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_sync)
                return _waiting.Count < capacity && !_closed;
        }
    }

    /// <exception cref="StoreException">Overloaded or Closed; the write was not taken.</exception>
    public void Add(PendingWrite write)
    {
        bool isFirst;
        lock (_sync)
        {
            if (_closed)
                throw new StoreException(StoreFault.Closed, "the store is closing");
            if (_waiting.Count >= capacity)
                throw new StoreException(StoreFault.Overloaded, $"{_waiting.Count} writes wait for the lane, the most that may (MaxQueuedWrites); try again a little later");
            isFirst = _waiting.Count == 0;
            _waiting.Add(write);
        }

        if (isFirst)
            _arrived.Set();
    }

    /// <summary>Waits for writes and takes them, up to about <paramref name="maxBytes"/> but at least one. Null once the queue is closed and empty.</summary>
    public List<PendingWrite>? Take(long maxBytes)
    {
        while (true)
        {
            lock (_sync)
            {
                if (_waiting.Count > 0)
                    return TakeWaiting(maxBytes);
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

    private List<PendingWrite> TakeWaiting(long maxBytes)
    {
        long bytes = 0;
        var count = 0;
        while (count < _waiting.Count && (count == 0 || bytes + _waiting[count].Ops.Bytes.Length <= maxBytes))
            bytes += _waiting[count++].Ops.Bytes.Length;
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
