using System.Net;
using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>
/// Stands before everything on every port that is no rpc: a route has to be in its table, with the scope that it asks for, or it is answered 404. Put
/// behind UseGrpc and UseJson (whose calls the interceptors guard) and before any endpoint.
/// </summary>
public sealed class RouteGuard(Authenticator authenticator)
{
    /// <summary>The routes of the node that are no rpc, with the scope that each asks for.</summary>
    public static IReadOnlyDictionary<string, Scope> Routes { get; } = new Dictionary<string, Scope>(StringComparer.Ordinal)
    {
        ["/livez"] = Scope.Public,
        ["/readyz"] = Scope.Public,
        ["/metrics"] = Scope.Metrics,
    };

    /// <summary>Puts the guard into the pipeline of a port.</summary>
    public void Use(IApplicationBuilder app) => app.Use(GuardAsync);

    private Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (!Routes.TryGetValue(http.Request.Path.Value ?? "", out var scope))
        {
            return HttpProblem.WriteAsync(
                http, new(RpcCode.NotFound, "There is nothing here. /openapi.json lists the API; /livez, /readyz and /metrics tell about the node."));
        }

        if (http.Request.Method is not ("GET" or "HEAD"))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        try { authenticator.Admit(CallerOf(http), scope); }
        catch (RpcException refused) { return HttpProblem.WriteAsync(http, refused); }
        return next(http);
    }

    private static Caller CallerOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true }) { address = address.MapToIPv4(); }
        string? authorization = http.Request.Headers.Authorization is [.., var last] ? last : null;
        string peer = address is null ? http.Connection.Id : new IPEndPoint(address, http.Connection.RemotePort).ToString();
        return new(authorization, peer, address is not null && IPAddress.IsLoopback(address));
    }
}
