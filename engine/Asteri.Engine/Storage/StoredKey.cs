namespace Asteri.Engine.Storage;

/// <summary>A key met by a scan, with its version.</summary>
public readonly record struct StoredKey(byte[] Key, ulong Seq);
