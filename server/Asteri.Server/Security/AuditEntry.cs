namespace Asteri.Server.Security;

/// <summary>One line of the audit log.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">By the node's clock.</param>
/// <param name="KeyId">Who; "" for a caller without a key, or the node itself.</param>
/// <param name="Tenant">The caller's tenant.</param>
/// <param name="Action">What: "key.create".</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string KeyId, string Tenant, string Action)
{
    /// <summary>What it was done to.</summary>
    public string Target { get; init; } = "";

    /// <summary>"started", and then "ok" or the reason of the failure.</summary>
    public string Result { get; init; } = "";

    /// <summary>The number of the entry that says "started"; its own number for that entry itself.</summary>
    public long Started { get; init; }
}
