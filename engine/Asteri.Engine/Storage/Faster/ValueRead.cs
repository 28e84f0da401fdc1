namespace Asteri.Engine.Storage.Faster;

/// <summary>What the value store says of a key. <see cref="Bytes"/> is null where it knows of no value or of a damaged one.</summary>
internal struct ValueRead
{
    /// <summary>A record was met whose bytes are not what was written under the key.</summary>
    public bool IsDamaged;

    public ulong Seq;

    public byte[]? Bytes;
}
