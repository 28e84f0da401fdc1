namespace Asteri.Engine.Storage;

/// <summary>How far a snapshot is.</summary>
public readonly record struct SnapshotProgress(long BytesDone, long BytesTotal);
