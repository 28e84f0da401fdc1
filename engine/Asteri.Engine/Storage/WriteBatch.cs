namespace Asteri.Engine.Storage;

/// <summary>
/// Operations that become durable and visible together, per lane: all of a lane's operations or none. Made by <see cref="Store.NewBatch"/>, filled by one
/// thread, written once. Operations are encoded as they are added, in the log's own form, so that writing copies bytes and nothing else.
/// </summary>
public sealed class WriteBatch
{
    internal WriteBatch()
    {
    }

    public int Count => throw new NotSupportedException("to be written");

    /// <summary>Bytes that the operations take in the log.</summary>
    public long ByteSize => throw new NotSupportedException("to be written");

    /// <exception cref="StoreException">Invalid: the key or the value is larger than the store's limits.</exception>
    public WriteBatch Put(Space space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotSupportedException("to be written");

    public WriteBatch Delete(Space space, ReadOnlySpan<byte> key) => throw new NotSupportedException("to be written");

    /// <summary>Adds an entry that replaces none: its key is <paramref name="key"/> followed by the operation's seq, 8 bytes, big-endian.</summary>
    public WriteBatch Append(Space space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotSupportedException("to be written");
}
