using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>The scopes that a key holds. A scope implies no other: an administrator's key that shall search holds both.</summary>
public readonly record struct ScopeSet
{
    private readonly uint _bits;

    private ScopeSet(uint bits) => _bits = bits;

    /// <summary>Every scope that a key can hold.</summary>
    public static ScopeSet All { get; } = Of([Scope.Search, Scope.Write, Scope.Admin, Scope.Metrics, Scope.AuditRead]);

    public bool IsEmpty => _bits == 0;

    /// <exception cref="RpcException">INVALID_ARGUMENT: a scope that a key cannot hold: unspecified, public, or unknown.</exception>
    public static ScopeSet Of(IEnumerable<Scope> scopes)
    {
        uint bits = 0;
        foreach (var scope in scopes)
        {
            if (!IsGrantable(scope)) { throw RpcException.Invalid("scopes", $"{scope} is no scope that a key can hold."); }
            bits |= 1u << (int)scope;
        }

        return new(bits);
    }

    /// <summary>True for the scopes that a key can hold.</summary>
    public static bool IsGrantable(Scope scope) => scope is Scope.Search or Scope.Write or Scope.Admin or Scope.Metrics or Scope.AuditRead;

    public bool Contains(Scope scope) => IsGrantable(scope) && (_bits & (1u << (int)scope)) != 0;

    /// <summary>The scopes in the order of their numbers.</summary>
    public IReadOnlyList<Scope> ToList()
    {
        var set = this;
        return [.. Enum.GetValues<Scope>().Where(set.Contains)];
    }

    public override string ToString() => string.Join(", ", ToList());
}
