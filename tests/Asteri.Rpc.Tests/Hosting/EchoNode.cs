using System.Net;
using Asteri.Rpc.Client;
using Asteri.Rpc.Hosting;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>A real Kestrel on a free loopback port that serves the echo service over h2c, and a channel to it.</summary>
internal sealed class EchoNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoNode(WebApplication app, EchoHandlers handlers, LogLines log)
    {
        _app = app;
        Handlers = handlers;
        Log = log;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Channel = new(Address);
    }

    private static Google.Protobuf.Reflection.ServiceDescriptor Service { get; } = EchoReflection.Descriptor.Services[0];

    public static MethodDescriptor Say { get; } = Service.FindMethodByName("Say");

    public static MethodDescriptor Repeat { get; } = Service.FindMethodByName("Repeat");

    public static MethodDescriptor Join { get; } = Service.FindMethodByName("Join");

    public static MethodDescriptor Chat { get; } = Service.FindMethodByName("Chat");

    public Uri Address { get; }

    public RpcChannel Channel { get; }

    public EchoHandlers Handlers { get; }

    public LogLines Log { get; }

    public static async Task<EchoNode> StartAsync(EchoSetup? setup = null)
    {
        setup ??= new();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (setup.Certificate is { } certificate) { listen.UseHttps(certificate); }
            });
            setup.Kestrel(kestrel);
        });
        var app = builder.Build();
        var handlers = new EchoHandlers();
        new RpcHost([setup.Service ?? handlers.Bind()], setup.Interceptors, setup.Limits) { StopGrace = setup.StopGrace }.UseGrpc(app);
        await app.StartAsync();
        return new(app, handlers, log);
    }

    public Task<Word> SayAsync(Word word, CallOptions? options = null) => Channel.UnaryAsync<Word, Word>(Say, word, options);

    public ClientCall<Word, Word> Start(MethodDescriptor method, CallOptions? options = null) => Channel.Start<Word, Word>(method, options);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
