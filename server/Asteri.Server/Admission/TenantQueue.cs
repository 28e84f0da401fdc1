namespace Asteri.Server.Admission;

/// <summary>One tenant in one share: what it has in work, and what waits, oldest first. Exists while it has either.</summary>
internal sealed class TenantQueue(string tenant)
{
    public string Tenant { get; } = tenant;

    public LinkedList<Waiter> Waiting { get; } = [];

    public int InFlight { get; set; }

    /// <summary>The number of the last turn that this tenant had: among equals, who has waited longest is next.</summary>
    public long LastTurn { get; set; }

    public bool IsIdle => InFlight == 0 && Waiting.Count == 0;
}
