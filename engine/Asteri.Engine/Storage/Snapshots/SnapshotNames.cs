using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Lanes;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>
/// Names of files in a snapshot. A snapshot is one flat directory, so that no part of a name is ever a directory, and no directory can be a link:
/// <c>lane-000.log.segment.N</c>, <c>lane-000.values.segment.N</c>, <c>lane-000.checkpoint.NAME</c>. Only names that this class makes are known.
/// </summary>
internal static class SnapshotNames
{
    private const string Log = "log";
    private const string Values = "values";
    private const string Checkpoint = "checkpoint";

    private static readonly string[] CheckpointFiles =
    [
        CheckpointImages.IndexFile, CheckpointImages.IndexMetadataFile, CheckpointImages.LogMetadataFile,
        Checkpointer.KeysFile, Checkpointer.RequestsFile,
    ];

    public static string LogSegment(int lane, int number) => Name(lane, Log, SegmentFiles.NameOf(number));

    public static string ValueSegment(int lane, int number) => Name(lane, Values, SegmentFiles.NameOf(number));

    public static string CheckpointFile(int lane, string name) => Name(lane, Checkpoint, name);

    /// <summary>True for a segment of a log or of values, among names that <see cref="TryPlace"/> knows.</summary>
    public static bool IsSegment(string name) => name.Split('.', 3)[1] is Log or Values;

    /// <summary>Where a snapshot's file belongs in the lane's directory; false for a name that is not one of the lane's.</summary>
    public static bool TryPlace(string name, int lane, ulong checkpoint, out string place)
    {
        place = "";
        var parts = name.Split('.', 3);
        if (parts.Length != 3 || parts[0] != LanePaths.NameOf(lane))
            return false;
        place = parts[1] switch
        {
            Log or Values when SegmentFiles.TryParseName(parts[2], out var number) && name == Name(lane, parts[1], SegmentFiles.NameOf(number)) =>
                Path.Combine(parts[1], parts[2]),
            Checkpoint when CheckpointFiles.Contains(parts[2]) =>
                Path.Combine("checkpoints", LanePaths.CheckpointName(checkpoint), parts[2]),
            _ => "",
        };
        return place.Length > 0;
    }

    private static string Name(int lane, string kind, string file) => $"{LanePaths.NameOf(lane)}.{kind}.{file}";
}
