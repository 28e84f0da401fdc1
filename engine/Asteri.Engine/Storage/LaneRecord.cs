namespace Asteri.Engine.Storage;

/// <summary>One committed operation. <see cref="Value"/> is null for a delete; an append comes with its full key.</summary>
public readonly record struct LaneRecord(ulong Seq, Space Space, byte[] Key, byte[]? Value);
