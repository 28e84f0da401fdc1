namespace Asteri.Engine.Storage;

/// <summary>An entry's bytes and the seq of the operation that wrote them: its version.</summary>
public readonly record struct StoredValue(ulong Seq, byte[] Bytes);
