namespace Asteri.Engine.Storage;

/// <summary>An entry met by a scan.</summary>
public readonly record struct StoredEntry(byte[] Key, StoredValue Value);
