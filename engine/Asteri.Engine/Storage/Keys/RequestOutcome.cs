namespace Asteri.Engine.Storage.Keys;

/// <summary>What became of a request in a lane: the seqs of its operations, and their CRC32C, by which a reused id is recognised.</summary>
internal readonly record struct RequestOutcome(ulong FirstSeq, ulong LastSeq, uint Crc);
