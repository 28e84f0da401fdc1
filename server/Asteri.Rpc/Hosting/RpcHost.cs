using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Http;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Asteri.Rpc.Hosting;

/// <summary>
/// Serves services over gRPC and JSON. The two are separate pipelines because a cleartext port cannot speak HTTP/1.1 and HTTP/2 both.
/// </summary>
public sealed class RpcHost
{
    private readonly IReadOnlyList<RpcInterceptor> _interceptors;

    /// <param name="services">What is served.</param>
    /// <param name="interceptors">Run in this order around every call, of either transport.</param>
    /// <param name="limits">The limits of a method; null: the defaults.</param>
    /// <exception cref="InvalidOperationException">A method is served twice.</exception>
    public RpcHost(IReadOnlyList<RpcService> services, IReadOnlyList<RpcInterceptor> interceptors, Func<RpcMethod, MethodLimits>? limits = null)
    {
        Services = services;
        _interceptors = interceptors;
        var paths = new HashSet<string>();
        foreach (var method in services.SelectMany(s => s.Methods))
        {
            if (!paths.Add(method.Path))
            {
                throw new InvalidOperationException($"{method.Path} is served twice; give each service to the host once.");
            }

            if (limits is not null) { method.Limits = limits(method); }
        }
    }

    /// <summary>
    /// How long a stopping server lets running calls go on before it cancels them. Default 10 s; keep it below the host's shutdown timeout.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    internal IReadOnlyList<RpcService> Services { get; }

    /// <summary>Answers gRPC requests (HTTP/2, content-type application/grpc[+proto]); any other request goes on down the pipeline.</summary>
    public void UseGrpc(IApplicationBuilder app)
    {
        var pipeline = new GrpcPipeline(Services, StartRunner(app), StoppingOf(app));
        app.Use(pipeline.Wrap);
        // A caller that does not read for a while is back-pressure in gRPC; Kestrel would take it for an attack after some seconds and close
        // the connection under all its calls. What bounds a slow reader here is its call's deadline. HTTP/2 has no such switch per request.
        app.ApplicationServices.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MinResponseDataRate = null;
    }

    /// <summary>
    /// Answers the JSON routes of the methods' google.api.http rules and /openapi.json; any other request goes on down the pipeline.
    /// </summary>
    /// <exception cref="InvalidOperationException">A google.api.http rule cannot be served.</exception>
    public void UseJson(IApplicationBuilder app)
    {
        var pipeline = new JsonPipeline(Services, StartRunner(app), StoppingOf(app));
        app.Use(pipeline.Wrap);
        // A caller that does not read for a while is back-pressure in gRPC; Kestrel would take it for an attack after some seconds and close
        // the connection under all its calls. What bounds a slow reader here is its call's deadline. HTTP/2 has no such switch per request.
        app.ApplicationServices.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MinResponseDataRate = null;
    }

    /// <summary>The runner of one pipeline.</summary>
    private CallRunner StartRunner(IApplicationBuilder app) =>
        new(_interceptors, app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Asteri.Rpc"));

    /// <summary>Ends <see cref="StopGrace"/> after the application began to stop.</summary>
    private CancellationToken StoppingOf(IApplicationBuilder app)
    {
        var patience = new CancellationTokenSource();
        app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => patience.CancelAfter(StopGrace));
        return patience.Token;
    }
}
