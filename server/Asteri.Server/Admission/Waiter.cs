namespace Asteri.Server.Admission;

/// <summary>One call that asks for room. Its state belongs to the queue's owner until <see cref="IsSettled"/>.</summary>
internal sealed class Waiter(string tenant, TimeSpan expires)
{
    /// <summary>Completed outside the lock, once the queue has settled the waiter; null for one that was settled at once.</summary>
    public TaskCompletionSource? Signal { get; set; }

    /// <summary>It was not settled at once.</summary>
    public bool MustWait => Signal is not null;

    public string Tenant { get; } = tenant;

    /// <summary>When the deadline is over, on the share's clock; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan Expires { get; } = expires;

    public TimeSpan Arrived { get; set; }

    public TimeSpan Admitted { get; set; }

    /// <summary>Calls in work, this one included, when it was let in.</summary>
    public int InFlight { get; set; }

    public Refusal Refusal { get; set; }

    public bool IsAdmitted { get; set; }

    public bool IsSettled => IsAdmitted || Refusal != Refusal.None;

    /// <summary>Its place among its tenant's waiters; null when it does not wait.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }
}
