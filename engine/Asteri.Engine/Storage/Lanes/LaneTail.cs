namespace Asteri.Engine.Storage.Lanes;

/// <summary>Up to where a lane is committed, applied and visible; whoever waits for more is woken.</summary>
internal sealed class LaneTail(ulong seq, long address)
{
    private readonly Lock _sync = new();
    private TaskCompletionSource? _moved;
    private ulong _seq = seq;
    private long _address = address;
    private Exception? _ended;

    public ulong Seq => Volatile.Read(ref _seq);

    /// <summary>Why nothing more will come; null while something may.</summary>
    public Exception? Ended
    {
        get
        {
            lock (_sync)
                return _ended;
        }
    }

    /// <summary>The seq, and the log address behind its record.</summary>
    public (ulong Seq, long Address) Position
    {
        get
        {
            lock (_sync)
                return (_seq, _address);
        }
    }

    public void MoveTo(ulong seq, long address)
    {
        TaskCompletionSource? moved;
        lock (_sync)
        {
            (_address, moved, _moved) = (address, _moved, null);
            Volatile.Write(ref _seq, seq);
        }

        moved?.TrySetResult();
    }

    /// <summary>Nothing more will come: those who wait for more, now or later, are told why.</summary>
    public void End(Exception reason)
    {
        TaskCompletionSource? moved;
        lock (_sync)
        {
            _ended ??= reason;
            (moved, _moved) = (_moved, null);
        }

        moved?.TrySetResult();
    }

    /// <summary>Completes when the tail has reached <paramref name="seq"/>.</summary>
    public async ValueTask WaitForAsync(ulong seq, CancellationToken cancellation)
    {
        while (true)
        {
            Task moved;
            lock (_sync)
            {
                if (_seq >= seq)
                    return;
                if (_ended is { } reason)
                    throw reason;
                _moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
