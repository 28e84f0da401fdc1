using System.Diagnostics.Metrics;

namespace Asteri.Server.Admission;

/// <summary>
/// One share as calls meet it: the queue behind a lock that is held for a few steps of it and never across an await, a timer that runs while somebody
/// waits, and the completion of those whom a step has settled, outside the lock. Thread-safe.
/// </summary>
internal sealed class AdmissionShare : IDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(2);

    private readonly Lock _lock = new();
    private readonly ShareQueue _queue;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;
    private readonly Histogram<double> _waited;
    private readonly KeyValuePair<string, object?> _tag;
    /// <summary>Owner: the lock.</summary>
    private bool _sweeping;

    public AdmissionShare(string name, ShareQueue queue, TimeProvider time, Histogram<double> waited)
    {
        (Name, _queue, _time, _origin, _waited, _tag) = (name, queue, time, time.GetTimestamp(), waited, new("share", name));
        _timer = time.CreateTimer(static self => ((AdmissionShare)self!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    public ShareStatus Status
    {
        get
        {
            lock (_lock) { return new(_queue.Limit, _queue.InFlight, _queue.Waiting, _queue.IsOverloaded); }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>
    /// Asks for room. The waiter that comes back is admitted or refused, or has to wait: <see cref="WaitAsync"/>. An admitted one is given back by
    /// <see cref="Leave"/>.
    /// </summary>
    /// <param name="tenant">Who calls.</param>
    /// <param name="remaining">Until the deadline; <see cref="Timeout.InfiniteTimeSpan"/>: none.</param>
    public Waiter Enter(string tenant, TimeSpan remaining)
    {
        var now = Now;
        bool endless = remaining == Timeout.InfiniteTimeSpan || remaining > TimeSpan.MaxValue - now;
        var call = new Waiter(tenant, endless ? TimeSpan.MaxValue : now + remaining);
        var settled = new List<Waiter>(1);
        lock (_lock)
        {
            _queue.Enter(call, now, settled);
            if (!call.IsSettled)
            {
                call.Signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
                StartSweeping();
            }
        }

        Complete(settled);
        return call;
    }

    /// <summary>Waits until the waiter is admitted or refused; <paramref name="cancellation"/> gives up its place.</summary>
    public async ValueTask WaitAsync(Waiter call, CancellationToken cancellation)
    {
        await using (cancellation.UnsafeRegister(static state => ((Withdrawal)state!).Run(), new Withdrawal(this, call))) { await call.Signal!.Task; }
        _waited.Record((Now - call.Arrived).TotalSeconds, _tag);
    }

    /// <summary>Gives back the room of an admitted call.</summary>
    /// <param name="call">Admitted, and not given back before.</param>
    /// <param name="sample">It ended well, so its latency says something about the node.</param>
    public void Leave(Waiter call, bool sample)
    {
        var settled = new List<Waiter>();
        lock (_lock) { _queue.Leave(call, sample, Now, settled); }
        Complete(settled);
    }

    public void Dispose() => _timer.Dispose();

    private void Withdraw(Waiter call)
    {
        bool withdrawn;
        lock (_lock) { withdrawn = _queue.Cancel(call); }
        if (withdrawn) { call.Signal!.TrySetResult(); }
    }

    private void Sweep()
    {
        var settled = new List<Waiter>();
        lock (_lock)
        {
            _queue.Sweep(Now, settled);
            if (_queue.Waiting == 0 && _sweeping)
            {
                _sweeping = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        Complete(settled);
    }

    private void StartSweeping()
    {
        if (_sweeping) { return; }
        _sweeping = true;
        _timer.Change(SweepPeriod, SweepPeriod);
    }

    private static void Complete(List<Waiter> settled)
    {
        foreach (var call in settled) { call.Signal?.TrySetResult(); }
    }

    /// <summary>What a cancelled token does: the caller's place is given up.</summary>
    private sealed class Withdrawal(AdmissionShare share, Waiter call)
    {
        public void Run() => share.Withdraw(call);
    }
}
