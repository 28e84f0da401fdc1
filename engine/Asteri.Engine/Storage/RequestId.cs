using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Asteri.Engine.Storage;

/// <summary>The idempotency id of a write: 128 bits. The default value means "none: every try is a write of its own".</summary>
public readonly record struct RequestId(ulong High, ulong Low)
{
    public bool IsNone => High == 0 && Low == 0;

    /// <summary>The id of a caller's text, within the caller's own scope: the first 128 bits of a SHA-256 over both.</summary>
    public static RequestId From(string scope, string text)
    {
        // The scope's length in front: "a" with "bc" and "ab" with "c" are two ids.
        var scopeBytes = Encoding.UTF8.GetByteCount(scope);
        var bytes = new byte[sizeof(int) + scopeBytes + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, scopeBytes);
        Encoding.UTF8.GetBytes(scope, bytes.AsSpan(sizeof(int)));
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(int) + scopeBytes));
        return FromBits(SHA256.HashData(bytes));
    }

    /// <summary>A fresh random id.</summary>
    public static RequestId New()
    {
        Span<byte> bits = stackalloc byte[16];
        RandomNumberGenerator.Fill(bits);
        return FromBits(bits);
    }

    private static RequestId FromBits(ReadOnlySpan<byte> bits)
    {
        var id = new RequestId(BinaryPrimitives.ReadUInt64BigEndian(bits), BinaryPrimitives.ReadUInt64BigEndian(bits[8..]));
        return id.IsNone ? new RequestId(0, 1) : id;
    }
}
