using Asteri.Engine.Storage;
using Asteri.V1;
using Google.Protobuf.Collections;
using Kind = Asteri.V1.EntryWrite.KindOneofCase;

namespace Asteri.Server.Features.Entries;

/// <summary>The writes of one request: checked against every limit first, then made into a batch.</summary>
internal static class EntryWrites
{
    public const int MaxWrites = 10_000;
    public const int MaxRequestIdLength = 64;

    /// <summary>An append's key grows by the 8 bytes of its seq.</summary>
    private const int SeqBytes = 8;

    /// <summary>Finds every fault of the space's name, the request id and the writes, without taking memory for them.</summary>
    public static Violations Check(string space, string requestId, RepeatedField<EntryWrite> writes, StoreOptions limits)
    {
        var violations = new Violations();
        if (!SpaceName.IsValid(space)) { violations.Add("space", $"'{space}' is no space's name; it must be {SpaceName.Rule}."); }
        if (requestId.Length > MaxRequestIdLength)
        {
            violations.Add("request_id", $"{requestId.Length} characters; the limit is {MaxRequestIdLength}.");
        }

        if (writes.Count is 0 or > MaxWrites) { violations.Add("writes", $"{writes.Count} writes; a request has 1 to {MaxWrites:N0}."); }
        long bytes = 0;
        for (int i = 0; i < writes.Count && i < MaxWrites; i++) { bytes += CheckOne(writes[i], i, limits, violations); }
        if (bytes > limits.MaxBatchBytes)
        {
            violations.Add("writes", $"{bytes:N0} bytes of keys and values; the limit is {limits.MaxBatchBytes:N0}.");
        }

        return violations;
    }

    /// <summary>A batch of checked writes.</summary>
    public static WriteBatch ToBatch(Store store, Space space, RequestId request, RepeatedField<EntryWrite> writes)
    {
        var batch = store.NewBatch(request);
        foreach (var write in writes)
        {
            _ = write.KindCase switch
            {
                Kind.Put => batch.Put(space, write.Put.Key.Span, write.Put.Value.Span),
                Kind.Delete => batch.Delete(space, write.Delete.Key.Span),
                Kind.Append => batch.Append(space, write.Append.Key.Span, write.Append.Value.Span),
                _ => throw new InvalidOperationException($"A write of kind {write.KindCase} passed the check."),
            };
        }

        return batch;
    }

    private static long CheckOne(EntryWrite write, int index, StoreOptions limits, Violations violations)
    {
        switch (write.KindCase)
        {
            case Kind.Put:
                CheckKey($"writes[{index}].put.key", write.Put.Key.Length, limits.MaxKeyBytes, violations);
                CheckValue($"writes[{index}].put.value", write.Put.Value.Length, limits, violations);
                return write.Put.Key.Length + write.Put.Value.Length;
            case Kind.Delete:
                CheckKey($"writes[{index}].delete.key", write.Delete.Key.Length, limits.MaxKeyBytes, violations);
                return write.Delete.Key.Length;
            case Kind.Append:
                CheckKey($"writes[{index}].append.key", write.Append.Key.Length, limits.MaxKeyBytes - SeqBytes, violations);
                CheckValue($"writes[{index}].append.value", write.Append.Value.Length, limits, violations);
                return write.Append.Key.Length + SeqBytes + write.Append.Value.Length;
            default:
                violations.Add($"writes[{index}]", "it does nothing; set put, delete or append.");
                return 0;
        }
    }

    private static void CheckKey(string field, int length, int limit, Violations violations)
    {
        if (length < 1 || length > limit) { violations.Add(field, $"{length} bytes; a key has 1 to {limit:N0}."); }
    }

    private static void CheckValue(string field, int length, StoreOptions limits, Violations violations)
    {
        if (length > limits.MaxValueBytes) { violations.Add(field, $"{length:N0} bytes; the limit is {limits.MaxValueBytes:N0}."); }
    }
}
