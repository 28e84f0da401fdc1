namespace Asteri.Engine.Storage.Faster;

/// <summary>Sizes of a value store, all powers of two.</summary>
internal readonly record struct ValueStoreShape(int PageBytes, long MemoryBytes, long IndexBytes);
