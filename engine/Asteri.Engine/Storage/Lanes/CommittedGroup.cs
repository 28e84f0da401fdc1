namespace Asteri.Engine.Storage.Lanes;

/// <summary>Writes that one commit made durable, on their way to the applier.</summary>
/// <param name="Writes">In the order of their seqs.</param>
/// <param name="LastSeq">The last seq of the group.</param>
/// <param name="End">The log address behind the group's last record.</param>
/// <param name="ValueBytes">Room that the group may take in the value log.</param>
internal sealed record CommittedGroup(IReadOnlyList<PendingWrite> Writes, ulong LastSeq, long End, long ValueBytes);
