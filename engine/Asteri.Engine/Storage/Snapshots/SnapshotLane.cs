using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>One lane of a snapshot: its checkpoint, and where its log ends.</summary>
/// <param name="Manifest">What the restored lane's manifest will be.</param>
/// <param name="End">The last commit of the copied log.</param>
/// <param name="Files">The copied files, by their names in the snapshot.</param>
internal sealed record SnapshotLane(LaneManifest Manifest, Commit End, IReadOnlyList<FileStamp> Files);
