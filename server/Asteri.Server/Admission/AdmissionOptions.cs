namespace Asteri.Server.Admission;

/// <summary>How much work the node takes on at a time.</summary>
public sealed record AdmissionOptions
{
    /// <summary>Calls in work at the start, over all shares, before the node has learned what it can bear; 0: four per core.</summary>
    public int StartLimit { get; init; }

    /// <summary>The adaptive limit never grows beyond this. Default 1,024: behind it queues of the machine are longer than any deadline.</summary>
    public int MaxLimit { get; init; } = 1_024;

    /// <summary>
    /// Per cent of the limit that searches and reads may use; writes have the rest. Default 70: readers are many. 64 writes are let in whatever the
    /// share, unless <see cref="MaxLimit"/> is lower: they wait for the disk together.
    /// </summary>
    public int SearchPercent { get; init; } = 70;

    /// <summary>Calls that may wait in one share. Default 1,000: beyond it a refusal now is kinder than one later.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>
    /// Calls of one tenant in work and waiting in one share; more are RESOURCE_EXHAUSTED. Default 0: no quota beyond the fair share of the queue.
    /// </summary>
    public int TenantCalls { get; init; }

    /// <summary>Open streams of one share. A stream takes no slot while it is idle; each costs a connection's buffers. Default 1,000.</summary>
    public int MaxStreams { get; init; } = 1_000;

    /// <summary>
    /// Per cent of the memory that the process may use which requests in work may need, each counted with the largest request that its method allows.
    /// Default 25.
    /// </summary>
    public int MemoryPercent { get; init; } = 25;

    /// <summary>All faults of these options, each with name, value, limit.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(nameof(StartLimit), StartLimit, 0, 1_024);
        Check(nameof(MaxLimit), MaxLimit, 2, 65_536);
        Check(nameof(SearchPercent), SearchPercent, 10, 90);
        Check(nameof(MaxWaiting), MaxWaiting, 1, 1_000_000);
        Check(nameof(TenantCalls), TenantCalls, 0, 1_000_000);
        Check(nameof(MaxStreams), MaxStreams, 1, 1_000_000);
        Check(nameof(MemoryPercent), MemoryPercent, 1, 90);
        return faults;

        void Check(string name, int value, int min, int max)
        {
            if (value < min || value > max) { faults.Add($"Admission:{name} is {value}; it must be {min:N0} to {max:N0}."); }
        }
    }
}
