using System.Text.Json;
using System.Text.Json.Serialization;

namespace Asteri.Server.Security;

/// <summary>An audit entry's bytes: JSON, one object. The seal over them stands beside them, so they are sealed exactly as they are read.</summary>
internal static class AuditFormat
{
    public static byte[] Write(AuditEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, AuditContext.Default.AuditEntry);

    /// <exception cref="JsonException">The bytes are no entry.</exception>
    public static AuditEntry Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, AuditContext.Default.AuditEntry)
        ?? throw new JsonException("null is no entry");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditContext : JsonSerializerContext;
