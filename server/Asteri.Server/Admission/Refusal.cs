namespace Asteri.Server.Admission;

/// <summary>Why a call was not let in.</summary>
internal enum Refusal
{
    None,
    /// <summary>Its deadline was over, or would be before its turn came.</summary>
    DeadlineOver,
    /// <summary>The node has no room.</summary>
    NodeFull,
    /// <summary>The requests in work need all the memory set aside for them.</summary>
    NodeMemory,
    /// <summary>The node has no room, and this tenant has more than its part of it.</summary>
    TenantShare,
    /// <summary>The tenant's quota is used up.</summary>
    TenantQuota,
    /// <summary>Too many streams are open.</summary>
    Streams,
    /// <summary>The caller went away.</summary>
    Cancelled,
}
