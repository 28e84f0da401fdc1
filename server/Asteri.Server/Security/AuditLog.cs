using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;

namespace Asteri.Server.Security;

/// <summary>
/// Who changed what, when, and how it went: append-only, and chained, so that a changed, removed, added or cut-off entry is found. A change runs only
/// after its beginning is durable, and is acknowledged only after its end is. Thread-safe.
/// </summary>
public sealed class AuditLog : IDisposable
{
    private readonly Store _store;
    private readonly Pepper _pepper;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _append = new(1, 1);

    private AuditLog(Store store, Pepper pepper, TimeProvider time) => (_store, _pepper, _time) = (store, pepper, time);

    /// <summary>Opens the audit log of a store. One whose head is damaged opens too, so that searches go on, and refuses every change.</summary>
    public static AuditLog Open(Store store, Pepper pepper, TimeProvider time) => new(store, pepper, time);

    /// <summary>Runs a change between its two entries. When the first cannot be written, the change does not run.</summary>
    /// <param name="who">The caller.</param>
    /// <param name="action">What is done: "key.create", "snapshot.create".</param>
    /// <param name="target">What it is done to: a key's id, a tenant. Never a payload, never a secret.</param>
    /// <param name="change">The change.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: the log is damaged, and nothing may be changed until somebody has looked at
    /// it.</exception>
    public async Task<T> RecordAsync<T>(Principal who, string action, string target, Func<Task<T>> change)
    {
        var entry = new AuditEntry(0, default, who.KeyId, who.Tenant, action) { Target = target, Result = "started" };
        long started = await AppendAsync(entry);
        T result;
        try { result = await change(); }
        catch (Exception failure)
        {
            try { await AppendAsync(entry with { Result = ReasonOf(failure), Started = started }); }
            catch (Exception second) { throw new AggregateException(failure, second); }
            throw;
        }

        await AppendAsync(entry with { Result = "ok", Started = started });
        return result;
    }

    /// <summary>The entries with a number greater than <paramref name="after"/>, in order; numbers start at 1.</summary>
    public IEnumerable<AuditEntry> Read(long after = 0) => Stored().Select(s => AuditChain.Read(s)).Where(e => e.Number > after);

    /// <summary>Reads the whole chain. Null: it is whole; otherwise the first fault, with the number of the entry.</summary>
    public string? Verify() =>
        ReadHead() is { } head ? AuditChain.Verify(_pepper, head, Stored()) : "The audit log's head is not one that this node sealed.";

    public void Dispose() => _append.Dispose();

    private AuditHead? ReadHead() => _store.Read(SecurityKeys.Audit, SecurityKeys.Log) is { } stored
        ? AuditHead.Read(stored.Bytes, _pepper)
        : _store.Count(SecurityKeys.Audit) == 0 ? AuditHead.Empty : null;

    /// <summary>The stored entries in order: the head has the bare key and is the first of its prefix.</summary>
    private IEnumerable<byte[]> Stored() =>
        _store.Scan(SecurityKeys.Audit, SecurityKeys.Log.ToArray(), SecurityKeys.Log.ToArray()).Select(e => e.Value.Bytes);

    private async Task<long> AppendAsync(AuditEntry entry)
    {
        await _append.WaitAsync();
        try
        {
            // Read every time, not remembered: a write that failed may have reached the log all the same.
            var head = ReadHead()
                ?? throw new RpcException(
                    RpcCode.FailedPrecondition,
                    "The audit log is damaged: its head is not one that this node sealed. Nothing is changed until it is restored.");
            long number = head.Count + 1;
            long started = entry.Started == 0 ? number : entry.Started;
            byte[] stored = AuditChain.Add(_pepper, head, entry with { Number = number, At = _time.GetUtcNow(), Started = started });
            var next = AuditChain.After(head, stored);
            var batch = _store.NewBatch()
                .Append(SecurityKeys.Audit, SecurityKeys.Log, stored)
                .Put(SecurityKeys.Audit, SecurityKeys.Log, next.Write(_pepper));
            await _store.WriteAsync(batch);
            return number;
        }
        finally { _append.Release(); }
    }

    private static string ReasonOf(Exception failure) => failure switch
    {
        RpcException e => e.Status.Code.ToString(),
        StoreException e => e.Fault.ToString(),
        OperationCanceledException => "Cancelled",
        _ => "Internal",
    };
}
