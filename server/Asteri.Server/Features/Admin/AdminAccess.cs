using Asteri.Engine.Storage;
using Asteri.Server.Security;

namespace Asteri.Server.Features.Admin;

/// <summary>What the handlers of AdminService share.</summary>
internal sealed record AdminAccess(Store Store, KeyRing Keys, AuditLog Audit, SnapshotShelf Snapshots)
{
    /// <summary>When the node was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required string Version { get; init; }

    /// <summary>The data directory, for the space that is left.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Ends when the node stops.</summary>
    public required CancellationToken Stopping { get; init; }
}
