namespace Asteri.Server.Admission;

/// <summary>One tenant in one share: what it has in work, and what waits, oldest first. Exists while it has either.</summary>
internal sealed class TenantQueue(string tenant)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private double _usage;
    private TimeSpan _usageAt;

    public string Tenant { get; } = tenant;

    public LinkedList<Waiter> Waiting { get; } = [];

    public int InFlight { get; private set; }

    /// <summary>The number of the last turn that this tenant had: among equals, who has waited longest is next.</summary>
    public long LastTurn { get; set; }

    /// <summary>Calls in work and waiting.</summary>
    public int Size => InFlight + Waiting.Count;

    public bool IsIdle => Size == 0;

    /// <summary>A call begins (1) or ends (-1).</summary>
    public void Change(int inFlight, TimeSpan now)
    {
        _usage = UsageAt(now);
        (_usageAt, InFlight) = (now, InFlight + inFlight);
    }

    /// <summary>
    /// The calls that it had in work over the last second or so: what tells somebody whose calls come in bunches from somebody who has too many.
    /// Falls like 1/(1+t) instead of exponentially; nothing depends on the curve, and it is asked for by every turn.
    /// </summary>
    public double UsageAt(TimeSpan now) => InFlight + ((_usage - InFlight) / (1 + ((now - _usageAt) / Memory)));
}
