using System.Security.Cryptography;
using System.Text.Json;

namespace Asteri.Server.Security;

/// <summary>
/// The chain of the audit log as bytes: what is stored for an entry is [32 seal][entry], and the seal covers the seal before it. Pure; the store is
/// elsewhere.
/// </summary>
internal static class AuditChain
{
    public static byte[] Add(Pepper pepper, AuditHead head, AuditEntry entry)
    {
        byte[] bytes = AuditFormat.Write(entry);
        byte[] stored = new byte[Pepper.HashBytes + bytes.Length];
        bytes.CopyTo(stored.AsSpan(Pepper.HashBytes));
        pepper.Seal(head.Last, bytes, stored.AsSpan(0, Pepper.HashBytes));
        return stored;
    }

    public static AuditHead After(AuditHead head, ReadOnlySpan<byte> stored) => new(head.Count + 1, stored[..Pepper.HashBytes].ToArray());

    /// <exception cref="JsonException">The bytes are no entry.</exception>
    public static AuditEntry Read(ReadOnlySpan<byte> stored) =>
        stored.Length > Pepper.HashBytes
            ? AuditFormat.Read(stored[Pepper.HashBytes..])
            : throw new JsonException($"{stored.Length} bytes are no entry");

    /// <summary>Null when the entries are exactly those that the head speaks of; otherwise the first fault.</summary>
    public static string? Verify(Pepper pepper, AuditHead head, IEnumerable<byte[]> entries)
    {
        var at = AuditHead.Empty;
        foreach (byte[] stored in entries)
        {
            long number = at.Count + 1;
            if (FaultOf(pepper, at, stored) is { } fault) { return $"Audit entry {number}: {fault}"; }
            at = After(at, stored);
        }

        if (at.Count != head.Count)
        {
            string what = at.Count < head.Count ? "the end was cut off" : "entries were added";
            return $"The audit log has {at.Count} entries, and its head says {head.Count}: {what}.";
        }

        return CryptographicOperations.FixedTimeEquals(at.Last, head.Last)
            ? null
            : $"The audit log's head does not fit its last entry, {head.Count}.";
    }

    private static string? FaultOf(Pepper pepper, AuditHead before, byte[] stored)
    {
        if (stored.Length <= Pepper.HashBytes) { return $"{stored.Length} bytes are no entry."; }
        Span<byte> seal = stackalloc byte[Pepper.HashBytes];
        pepper.Seal(before.Last, stored.AsSpan(Pepper.HashBytes), seal);
        if (!CryptographicOperations.FixedTimeEquals(seal, stored.AsSpan(0, Pepper.HashBytes)))
        {
            return "its seal is wrong: it was changed, or an entry before it was removed or added.";
        }

        long number = AuditFormat.Read(stored.AsSpan(Pepper.HashBytes)).Number;
        return number == before.Count + 1 ? null : $"it says of itself that it is number {number}.";
    }
}
