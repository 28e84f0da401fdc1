using Asteri.Rpc.Builtin;
using Asteri.Rpc.Hosting;

namespace Asteri.Server.Hosting;

/// <summary>
/// What the two ports answer while the store recovers: health, and "come again" to everything else. Nobody can be authenticated yet, because the keys
/// are in the store.
/// </summary>
internal static class StartingPipelines
{
    private const string Message = "The node recovers; try again in a moment.";

    public static RequestDelegate Http(NodeHealth health) => http => http.Request.Path.Value is "/livez" or "/readyz" && IsRead(http.Request)
        ? health.ServeAsync(http)
        : RefuseAsync(http);

    public static RequestDelegate Grpc(IApplicationBuilder app, NodeHealth health)
    {
        var branch = app.New();
        new RpcHost([HealthService.Bind(health.States)], []).UseGrpc(branch);
        var served = branch.Build();
        return http => http.Request.Path.StartsWithSegments("/grpc.health.v1.Health") ? served(http) : RefuseGrpc(http);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        http.Response.ContentType = "application/json";
        const string Error = $$$"""{"error":{"code":14,"status":"UNAVAILABLE","message":"{{{Message}}}","details":[]}}""";
        return http.Response.WriteAsync(Error, http.RequestAborted);
    }

    /// <summary>A gRPC reply of a status alone.</summary>
    private static Task RefuseGrpc(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = "14";
        http.Response.Headers["grpc-message"] = Message;
        return Task.CompletedTask;
    }
}
