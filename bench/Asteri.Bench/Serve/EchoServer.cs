using System.Buffers;
using System.Net;
using Asteri.Bench.Wire;
using Asteri.Rpc.Hosting;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Asteri.Bench.Serve;

/// <summary>A Kestrel on loopback, HTTP/2 in clear: with a bare echo of bytes, or with Asteri's unary echo.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app, string name, string path)
    {
        _app = app;
        Name = name;
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Target = new(new Uri(address), path);
    }

    public string Name { get; }

    /// <summary>Where to post.</summary>
    public Uri Target { get; }

    /// <summary>What Kestrel alone can do: bytes from pipe to pipe, no message, no trailers.</summary>
    public static Task<EchoServer> StartBareAsync() => StartAsync("bare", "/bare", app => app.Run(CopyAsync));

    /// <summary>The same bytes through frames, protobuf, deadline, handler and status.</summary>
    public static Task<EchoServer> StartAsteriAsync()
    {
        var service = RpcService.Bind(BenchReflection.Descriptor, "EchoBench", bind => bind.Unary<Bytes, Bytes>("Echo", (bytes, _) => new(bytes)));
        return StartAsync("asteri", service.Methods[0].Path, app => new RpcHost([service], []).UseGrpc(app));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<EchoServer> StartAsync(string name, string path, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        use(app);
        await app.StartAsync();
        return new(app, name, path);
    }

    private static async Task CopyAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        var input = context.Request.BodyReader;
        while (true)
        {
            var read = await input.ReadAsync();
            foreach (var part in read.Buffer) { context.Response.BodyWriter.Write(part.Span); }
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) { return; }
        }
    }
}
