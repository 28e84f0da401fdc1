using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>
/// Stands before everything on every port that is no rpc: a route has to be in its table, with the scope that it asks for, or it is answered 404. Put behind UseGrpc and UseJson
/// (whose calls the interceptors guard) and before any endpoint.
/// </summary>
public sealed class RouteGuard(Authenticator authenticator)
{
    private readonly Authenticator _authenticator = authenticator;

    /// <summary>The routes of the node that are no rpc, with the scope that each asks for.</summary>
    public static IReadOnlyDictionary<string, Scope> Routes { get; } = new Dictionary<string, Scope>(StringComparer.Ordinal)
    {
        ["/livez"] = Scope.Public,
        ["/readyz"] = Scope.Public,
        ["/metrics"] = Scope.Metrics,
    };

    /// <summary>Puts the guard into the pipeline of a port.</summary>
    public void Use(IApplicationBuilder app) => throw new NotSupportedException($"to be written {_authenticator}");
}
