using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Keys;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>What the writer, the applier and the keeper of one lane share. Each part says who may use it.</summary>
internal sealed class LaneParts : IDisposable
{
    public required int Number { get; init; }

    public required LanePaths Paths { get; init; }

    public required IDisk Disk { get; init; }

    public required StoreOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The times that the lane has been opened for writing.</summary>
    public required ulong Epoch { get; init; }

    public required IoFault Fault { get; init; }

    public required LaneHealth Health { get; init; }

    public required SpaceWatch Space { get; init; }

    public required SegmentFiles LogFiles { get; init; }

    public required SegmentFiles ValueFiles { get; init; }

    public required CheckpointImages Images { get; init; }

    public required ValueStore Values { get; init; }

    public required ValueRoom Room { get; init; }

    /// <summary>The log writer's.</summary>
    public required CommitSlots Commits { get; init; }

    /// <summary>The keeper's.</summary>
    public required LaneManifestFile Manifest { get; init; }

    /// <summary>Edited by the applier; its view is anybody's.</summary>
    public required KeyDirectory Keys { get; init; }

    public required RequestLedger Requests { get; init; }

    public required SeqIndex Index { get; init; }

    public required LaneTail Tail { get; init; }

    public LogReaders Readers { get; } = new();

    public void Dispose()
    {
        Values.Dispose();
        Commits.Dispose();
        Manifest.Dispose();
        LogFiles.Dispose();
        ValueFiles.Dispose();
    }
}
