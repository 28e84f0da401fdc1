namespace Asteri.Server.Admission;

/// <summary>
/// One share of the node's concurrency: who is in work, who waits, who is next, who is refused. A plain state machine over a clock that is passed in:
/// no lock, no task, no timer; its owner brings those, and completes what a step has settled.
/// <para>Next is the tenant that has and had the fewest calls in work, so that concurrency is divided evenly among those who want it, and a tenant
/// alone has it all. A tenant is within its share while what it has here, and what it had over the last second, is on average no more than the limit
/// divided by the tenants. Whoever has to go, it is somebody of a tenant beyond its share: a neighbour's flood takes nothing from the modest.</para>
/// <para>Overload begins when the oldest waiter has been older than <see cref="Target"/> for <see cref="Interval"/> without a break, and ends when
/// nobody had to be refused for an interval. While it lasts, the newest waiter of a tenant is next (its deadline is the farthest), the queue holds no
/// more than the target's worth of work, and who is older than the target is refused.</para>
/// </summary>
internal sealed class ShareQueue(GradientLimit limit, int maxWaiting, int tenantCalls)
{
    private readonly Dictionary<string, TenantQueue> _tenants = new(StringComparer.Ordinal);
    private readonly LinkedList<TenantQueue> _waitingTenants = [];
    /// <summary>When the queue was last short: empty, or without anybody older than the target.</summary>
    private TimeSpan _lastShort;
    private TimeSpan _lastShed;
    private long _turn;

    /// <summary>A wait of this is no sign of overload. Default 5 ms.</summary>
    public TimeSpan Target { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long waits have to be longer than that to be one. Default 100 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);

    public int Limit => limit.Current;

    public int InFlight { get; private set; }

    public int Waiting { get; private set; }

    public bool IsOverloaded { get; private set; }

    /// <summary>A call comes. It is settled at once, or waits. Others may be settled because of it.</summary>
    public void Enter(Waiter call, TimeSpan now, List<Waiter> settled)
    {
        call.Arrived = now;
        JudgeLoad(now);
        var tenant = TenantOf(call.Tenant);
        if (call.Expires <= now) { Refuse(call, Refusal.DeadlineOver, settled); }
        else if (tenantCalls > 0 && tenant.Size >= tenantCalls) { Refuse(call, Refusal.TenantQuota, settled); }
        else if (InFlight < limit.Current && Waiting == 0) { Admit(call, tenant, now, settled); }
        else if (call.Expires - now < ExpectedWait()) { Refuse(call, Refusal.NodeFull, settled); }
        else
        {
            Enqueue(call, tenant);
            if (Waiting > Room()) { Shed(call, now, settled); }
        }

        Forget(tenant);
    }

    /// <summary>A call that was let in has ended; <paramref name="sample"/>: its latency says something about the node.</summary>
    public void Leave(Waiter call, bool sample, TimeSpan now, List<Waiter> settled)
    {
        var tenant = _tenants[call.Tenant];
        tenant.Change(-1, now);
        InFlight--;
        if (sample) { limit.Observe(now - call.Admitted, call.InFlight, now); }
        JudgeLoad(now);
        Admit(now, settled);
        Forget(tenant);
    }

    /// <summary>A caller went away. False when the call was settled before.</summary>
    public bool Cancel(Waiter call)
    {
        if (call.IsSettled) { return false; }
        Dequeue(call);
        call.Refusal = Refusal.Cancelled;
        return true;
    }

    /// <summary>
    /// Time has passed: refuses whose deadline is over and, under overload, who has waited too long. Called every few milliseconds while somebody
    /// waits.
    /// </summary>
    public void Sweep(TimeSpan now, List<Waiter> settled)
    {
        JudgeLoad(now);
        for (var tenant = _waitingTenants.First; tenant is not null;)
        {
            var next = tenant.Next;
            RefuseOverdue(tenant.Value, now, settled);
            tenant = next;
        }
    }

    private void JudgeLoad(TimeSpan now)
    {
        var oldest = now;
        foreach (var tenant in _waitingTenants)
        {
            var arrived = tenant.Waiting.First!.Value.Arrived;
            if (arrived < oldest) { oldest = arrived; }
        }

        if (now - oldest <= Target) { _lastShort = now; }
        if (IsOverloaded) { IsOverloaded = now - _lastShed <= Interval; }
        else if (now - _lastShort > Interval) { (IsOverloaded, _lastShed) = (true, now); }
    }

    private void RefuseOverdue(TenantQueue tenant, TimeSpan now, List<Waiter> settled)
    {
        for (var place = tenant.Waiting.First; place is not null;)
        {
            var next = place.Next;
            bool tooOld = IsOverloaded && now - place.Value.Arrived > Target && !IsWithinShare(tenant, now);
            var refusal = place.Value.Expires <= now ? Refusal.DeadlineOver : tooOld ? Refusal.NodeFull : Refusal.None;
            if (refusal != Refusal.None)
            {
                if (refusal == Refusal.NodeFull) { _lastShed = now; }
                Dequeue(place.Value);
                Refuse(place.Value, refusal, settled);
            }

            place = next;
        }
    }

    private void Admit(TimeSpan now, List<Waiter> settled)
    {
        while (InFlight < limit.Current && _waitingTenants.Count > 0)
        {
            var tenant = NextTenant(now);
            var call = (IsOverloaded ? tenant.Waiting.Last : tenant.Waiting.First)!.Value;
            Dequeue(call);
            if (call.Expires <= now) { Refuse(call, Refusal.DeadlineOver, settled); }
            else { Admit(call, tenant, now, settled); }
        }
    }

    private void Admit(Waiter call, TenantQueue tenant, TimeSpan now, List<Waiter> settled)
    {
        InFlight++;
        tenant.Change(1, now);
        tenant.LastTurn = ++_turn;
        (call.IsAdmitted, call.Admitted, call.InFlight) = (true, now, InFlight);
        _tenants[tenant.Tenant] = tenant;
        settled.Add(call);
    }

    private static void Refuse(Waiter call, Refusal refusal, List<Waiter> settled)
    {
        call.Refusal = refusal;
        settled.Add(call);
    }

    /// <summary>One too many waits: the tenant that has most here loses a waiter, under overload its oldest, else its newest.</summary>
    private void Shed(Waiter newcomer, TimeSpan now, List<Waiter> settled)
    {
        var largest = _tenants[newcomer.Tenant];
        foreach (var tenant in _waitingTenants)
        {
            if (tenant.Size + tenant.UsageAt(now) > largest.Size + largest.UsageAt(now)) { largest = tenant; }
        }

        bool within = IsWithinShare(largest, now);
        // Those within their shares make no overload, however their calls are bunched; only the hard limit holds for them.
        if (within && Waiting <= maxWaiting) { return; }
        _lastShed = now;
        var victim = (IsOverloaded ? largest.Waiting.First : largest.Waiting.Last)!.Value;
        bool overShare = !within && _tenants.Count > 1 && largest.Size * _tenants.Count > InFlight + Waiting;
        Dequeue(victim);
        Refuse(victim, overShare ? Refusal.TenantShare : Refusal.NodeFull, settled);
    }

    /// <summary>A tenant alone has no share: there is nobody to divide with.</summary>
    private bool IsWithinShare(TenantQueue tenant, TimeSpan now) =>
        _tenants.Count > 1 && (tenant.Size + tenant.UsageAt(now)) / 2 <= Math.Max(1, (double)limit.Current / _tenants.Count);

    private TenantQueue NextTenant(TimeSpan now)
    {
        var (next, least) = (_waitingTenants.First!.Value, double.MaxValue);
        foreach (var tenant in _waitingTenants)
        {
            double load = tenant.InFlight + tenant.UsageAt(now);
            if (load < least || (load == least && tenant.LastTurn < next.LastTurn)) { (next, least) = (tenant, load); }
        }

        return next;
    }

    /// <summary>How many may wait now: under overload, what the target is enough for.</summary>
    private int Room() => IsOverloaded && limit.Latency > TimeSpan.Zero
        ? (int)Math.Clamp(limit.Current * (Target / limit.Latency), 1, maxWaiting)
        : maxWaiting;

    /// <summary>How long a newcomer waits if everything goes on as before; under overload the newest is next, and waits for one slot.</summary>
    private TimeSpan ExpectedWait() => limit.Latency * (IsOverloaded ? 1 : Waiting + 1) / limit.Current;

    private void Enqueue(Waiter call, TenantQueue tenant)
    {
        if (tenant.Waiting.Count == 0)
        {
            _tenants[tenant.Tenant] = tenant;
            _waitingTenants.AddLast(tenant);
        }

        call.Place = tenant.Waiting.AddLast(call);
        Waiting++;
    }

    private void Dequeue(Waiter call)
    {
        var tenant = _tenants[call.Tenant];
        tenant.Waiting.Remove(call.Place!);
        call.Place = null;
        Waiting--;
        if (tenant.Waiting.Count > 0) { return; }
        _waitingTenants.Remove(tenant);
        Forget(tenant);
    }

    private TenantQueue TenantOf(string tenant) => _tenants.TryGetValue(tenant, out var queue) ? queue : new(tenant);

    /// <summary>A tenant without calls costs nothing.</summary>
    private void Forget(TenantQueue tenant)
    {
        if (tenant.IsIdle) { _tenants.Remove(tenant.Tenant); }
    }
}
