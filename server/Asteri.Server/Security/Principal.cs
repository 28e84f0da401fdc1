using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>
/// Who calls. Stands in <see cref="ServerCall.Principal"/> of every call that a handler sees. The tenant comes from here alone, never from a request.
/// </summary>
public sealed record Principal(string Tenant, ScopeSet Scopes, NamePatterns Names)
{
    /// <summary>The key's id; "" for callers without a key.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>A caller of a public method, without a key: no tenant, no scope, no name.</summary>
    public static Principal Nobody { get; } = new("", default, NamePatterns.Every);

    /// <summary>The principal of a call.</summary>
    /// <exception cref="InvalidOperationException">The call did not pass the authentication interceptor.</exception>
    public static Principal Of(ServerCall call) =>
        call.Principal as Principal
            ?? throw new InvalidOperationException(
                $"{call.Method} was called without a principal: the authentication interceptor must run before its handler.");

    public bool Holds(Scope scope) => Scopes.Contains(scope);

    /// <summary>
    /// Whether this name of the tenant is within the key's reach. A handler answers the same NOT_FOUND for a name out of reach as for an absent one.
    /// </summary>
    public bool CanReach(string name) => Tenant.Length > 0 && Names.Reach(name);
}
