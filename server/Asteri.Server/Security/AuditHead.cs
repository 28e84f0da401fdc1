using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Asteri.Server.Security;

/// <summary>
/// How many entries the audit log has, and the seal of the last: what a log whose end was cut off would not fit. Written with every entry, in one
/// batch on one lane. Bytes: [8 count, little-endian][32 seal of the last entry][32 seal of these two].
/// </summary>
internal sealed record AuditHead(long Count, byte[] Last)
{
    private const int CountBytes = sizeof(long);
    private const int Bytes = CountBytes + (2 * Pepper.HashBytes);

    /// <summary>Before the first entry.</summary>
    public static AuditHead Empty { get; } = new(0, new byte[Pepper.HashBytes]);

    public byte[] Write(Pepper pepper)
    {
        byte[] bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Count);
        Last.CopyTo(bytes.AsSpan(CountBytes));
        pepper.SealHead(Count, Last, bytes.AsSpan(CountBytes + Pepper.HashBytes));
        return bytes;
    }

    /// <summary>Null when the bytes are no head that this node sealed.</summary>
    public static AuditHead? Read(ReadOnlySpan<byte> bytes, Pepper pepper)
    {
        if (bytes.Length != Bytes) { return null; }
        var head = new AuditHead(BinaryPrimitives.ReadInt64LittleEndian(bytes), bytes.Slice(CountBytes, Pepper.HashBytes).ToArray());
        Span<byte> seal = stackalloc byte[Pepper.HashBytes];
        pepper.SealHead(head.Count, head.Last, seal);
        return CryptographicOperations.FixedTimeEquals(seal, bytes[(CountBytes + Pepper.HashBytes)..]) ? head : null;
    }
}
