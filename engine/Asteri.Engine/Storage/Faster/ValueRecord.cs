namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// A record of the value log, met by a <see cref="ValueScan"/>; valid until the next one. A record that is no value is a tombstone or a write given
/// up.
/// </summary>
internal readonly ref struct ValueRecord(long address, bool isValue, ReadOnlySpan<byte> fullKey, ReadOnlySpan<byte> envelope)
{
    public long Address { get; } = address;

    public bool IsValue { get; } = isValue;

    public ReadOnlySpan<byte> FullKey { get; } = fullKey;

    public ReadOnlySpan<byte> Envelope { get; } = envelope;
}
