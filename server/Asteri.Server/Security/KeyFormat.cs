using System.Text.Json;
using System.Text.Json.Serialization;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>A key's record in the store: JSON with a format number. Times are Unix milliseconds, scopes the wire's numbers, hashes base64.</summary>
internal static class KeyFormat
{
    private const int Format = 1;

    public static byte[] Write(KeyRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredKeyRecord
        {
            Format = Format,
            Id = record.Id,
            Environment = record.Environment,
            Tenant = record.Spec.Tenant,
            Scopes = [.. record.Spec.Scopes.ToList().Select(s => (int)s)],
            Names = [.. record.Spec.Names.Texts],
            Note = record.Spec.Note,
            CreatedAt = record.CreatedAt.ToUnixTimeMilliseconds(),
            ExpiresAt = record.Spec.ExpiresAt?.ToUnixTimeMilliseconds(),
            Newest = record.Newest,
            Older = record.Older,
            OlderUntil = record.OlderUntil.ToUnixTimeMilliseconds(),
        },
        StoredKeyContext.Default.StoredKeyRecord);

    /// <exception cref="SecurityException">The bytes are no key's record, or one of a later format.</exception>
    public static KeyRecord Read(ReadOnlySpan<byte> bytes)
    {
        StoredKeyRecord? stored;
        try { stored = JsonSerializer.Deserialize(bytes, StoredKeyContext.Default.StoredKeyRecord); }
        catch (JsonException e) { throw new SecurityException($"A key's record in the store cannot be read: {e.Message}", e); }

        if (stored is not { Format: Format })
        {
            throw new SecurityException(
                $"A key's record in the store has format {stored?.Format}; this version reads {Format}. Run the version that wrote it.");
        }

        var spec = new KeySpec(stored.Tenant, ScopeSet.Of(stored.Scopes.Select(s => (Scope)s)), NamePatterns.Of(stored.Names))
        {
            Note = stored.Note,
            ExpiresAt = stored.ExpiresAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
        return new(stored.Id, stored.Environment, spec, DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt))
        {
            Newest = stored.Newest,
            Older = stored.Older,
            OlderUntil = DateTimeOffset.FromUnixTimeMilliseconds(stored.OlderUntil),
        };
    }
}

/// <summary>The record's properties as they are written.</summary>
internal sealed record StoredKeyRecord
{
    public required int Format { get; init; }
    public required string Id { get; init; }
    public required string Environment { get; init; }
    public required string Tenant { get; init; }
    public required int[] Scopes { get; init; }
    public required string[] Names { get; init; }
    public required string Note { get; init; }
    public required long CreatedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public required byte[] Newest { get; init; }
    public required byte[] Older { get; init; }
    public required long OlderUntil { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredKeyRecord))]
internal sealed partial class StoredKeyContext : JsonSerializerContext;
