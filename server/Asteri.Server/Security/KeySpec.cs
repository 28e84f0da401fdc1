using Asteri.Rpc.Calls;

namespace Asteri.Server.Security;

/// <summary>What a new key shall be allowed.</summary>
/// <param name="Tenant">Whose data it reaches; see <see cref="TenantName.Rule"/>.</param>
/// <param name="Scopes">At least one.</param>
/// <param name="Names">Which of the tenant's names it reaches.</param>
public sealed record KeySpec(string Tenant, ScopeSet Scopes, NamePatterns Names)
{
    /// <summary>For people: what the key is for. Up to 200 characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>From this moment on the key is void; null: it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <exception cref="RpcException">INVALID_ARGUMENT: the first fault, with its field.</exception>
    internal void Validate(DateTimeOffset now)
    {
        if (!TenantName.IsValid(Tenant)) { throw RpcException.Invalid("tenant", $"'{Tenant}' is no tenant name; it must be {TenantName.Rule}."); }
        if (Scopes.IsEmpty) { throw RpcException.Invalid("scopes", "A key without a scope can do nothing; name at least one."); }
        if (Note.Length > 200) { throw RpcException.Invalid("note", $"{Note.Length} characters; the limit is 200."); }
        if (ExpiresAt <= now) { throw RpcException.Invalid("expires_at", $"{ExpiresAt:O} is over; a key must expire in the future, or not at all."); }
    }
}
