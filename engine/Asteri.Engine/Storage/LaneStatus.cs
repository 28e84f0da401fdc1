namespace Asteri.Engine.Storage;

/// <summary>A lane as it stands.</summary>
public sealed record LaneStatus(int Lane, LaneState State, string Reason)
{
    public ulong LastSeq { get; init; }
    public ulong CheckpointSeq { get; init; }
    public long Entries { get; init; }
    public long LogBytes { get; init; }
    public long ValueBytes { get; init; }
}
