namespace Asteri.Engine.Storage.Faster;

/// <summary>An entry met while reading the log: where it stands, where the next one would, and its bytes, valid until the next read.</summary>
internal readonly ref struct LogEntry(long address, long next, ReadOnlySpan<byte> bytes)
{
    public long Address { get; } = address;

    public long Next { get; } = next;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}
