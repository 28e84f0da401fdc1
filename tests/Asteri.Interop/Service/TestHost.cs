using System.Net;
using System.Security.Cryptography.X509Certificates;
using Asteri.Rpc.Builtin;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Asteri.Interop.Service;

/// <summary>
/// Our server with grpc.testing.TestService, health and reflection, on a loopback port: in cleartext or over TLS.
/// UnimplementedService is not registered. A caller without a deadline gets none.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app) => _app = app;

    /// <summary>"host:port".</summary>
    public string Target => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Starts serving on this port, where 0 takes a free one; with a certificate over TLS.</summary>
    public static async Task<TestHost> StartAsync(int port, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null) { listen.UseHttps(certificate); }
        }));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        var app = builder.Build();
        NewRpcHost().UseGrpc(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Stops gracefully: calls under way are served to their end.</summary>
    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static RpcHost NewRpcHost()
    {
        var tests = new TestService(TimeProvider.System).Bind();
        ServingStates states = new([tests.Descriptor.FullName]);
        states.SetAll(isServing: true);
        var health = HealthService.Bind(states);
        MethodLimits unlimited = new() { DefaultDeadline = Timeout.InfiniteTimeSpan };
        return new([tests, health, ReflectionService.Bind([tests, health])], [], _ => unlimited);
    }
}
