using System.Net;
using Asteri.Rpc.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Asteri.Interop.Service;

/// <summary>Our server with grpc.testing.TestService, in cleartext on a loopback port. UnimplementedService is not registered.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app) => _app = app;

    /// <summary>"host:port".</summary>
    public string Target => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Starts serving on this port; 0 takes a free one.</summary>
    public static async Task<TestHost> StartAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        var app = builder.Build();
        new RpcHost([new TestService(TimeProvider.System).Bind()], []).UseGrpc(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
