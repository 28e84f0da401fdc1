namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// A position that is acknowledged: the address behind the last record, the seq of its last operation, and the epoch that wrote it.
/// </summary>
internal sealed record Commit(long Until, ulong LastSeq, ulong Epoch);
