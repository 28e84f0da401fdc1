using System.Net;

namespace Asteri.Server.Security;

/// <summary>
/// Stands first on a port whose loopback is open: without a key, the browser of somebody who works on this machine would be a door for any page he
/// visits. A request has to name this machine as its host (a page's own name that resolves to loopback does not), and an origin, where the browser
/// names one, has to be this machine as well.
/// </summary>
public sealed class BrowserGuard(Authenticator authenticator)
{
    /// <summary>Puts the guard into the pipeline of a port; it does nothing where keys are required.</summary>
    public void Use(IApplicationBuilder app)
    {
        if (authenticator.IsLoopbackOpen) { app.Use(GuardAsync); }
    }

    internal static bool IsThisMachine(string host)
    {
        host = host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    private static Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        bool ours = IsThisMachine(http.Request.Host.Host)
            && http.Request.Headers.Origin.All(o => Uri.TryCreate(o, UriKind.Absolute, out var origin) && IsThisMachine(origin.Host));
        if (ours) { return next(http); }
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return http.Response.WriteAsync(
            "This node takes calls without a key, and so only those that name this machine (localhost) as host and origin.\n");
    }
}
