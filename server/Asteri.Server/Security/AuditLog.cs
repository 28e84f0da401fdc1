using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>
/// Who changed what, when, and how it went: append-only, and chained, so that a changed, removed, added or cut-off entry is found. A change runs only after its beginning is
/// durable, and is acknowledged only after its end is.
/// </summary>
public sealed class AuditLog
{
    private AuditLog()
    {
    }

    /// <summary>Opens the audit log of a store and checks its last entry.</summary>
    public static AuditLog Open(Store store, Pepper pepper, TimeProvider time) => throw new NotSupportedException("to be written");

    /// <summary>Runs a change between its two entries. When the first cannot be written, the change does not run.</summary>
    /// <param name="who">The caller.</param>
    /// <param name="action">What is done: "key.create", "snapshot.create".</param>
    /// <param name="target">What it is done to: a key's id, a tenant. Never a payload, never a secret.</param>
    /// <param name="change">The change.</param>
    public Task<T> RecordAsync<T>(Principal who, string action, string target, Func<Task<T>> change) => throw new NotSupportedException("to be written");

    /// <summary>The entries with a number greater than <paramref name="after"/>, in order; numbers start at 1.</summary>
    public IEnumerable<AuditEntry> Read(long after = 0) => throw new NotSupportedException("to be written");

    /// <summary>Reads the whole chain. Null: it is whole; otherwise the first fault, with the number of the entry.</summary>
    public string? Verify() => throw new NotSupportedException("to be written");
}
