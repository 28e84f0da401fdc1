using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Asteri.Rpc.Hosting;
using Asteri.Rpc.Tests.Builtin;
using Asteri.Rpc.Tests.Hosting;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>
/// A real Kestrel on a free loopback port that serves the JSON routes of the store, the admin and the kinds service, and a client of it.
/// </summary>
internal sealed class JsonNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private JsonNode(WebApplication app, KindsHandlers kinds, ConcurrentQueue<IMessage> seen, LogLines log)
    {
        _app = app;
        Kinds = kinds;
        Seen = seen;
        Log = log;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public KindsHandlers Kinds { get; }

    /// <summary>What the store and admin handlers were asked.</summary>
    public ConcurrentQueue<IMessage> Seen { get; }

    public LogLines Log { get; }

    public static async Task<JsonNode> StartAsync(EchoSetup? setup = null)
    {
        setup ??= new();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            setup.Kestrel(kestrel);
        });
        var app = builder.Build();
        var kinds = new KindsHandlers();
        var seen = new ConcurrentQueue<IMessage>();
        new RpcHost([kinds.Bind(), FakeServices.Store(seen), FakeServices.Admin(seen)], setup.Interceptors, setup.Limits).UseJson(app);
        app.Run(context => context.Response.WriteAsync("down the pipeline"));
        await app.StartAsync();
        return new(app, kinds, seen, log);
    }

    /// <summary>Sends one request; a body is JSON unless <paramref name="contentType"/> says otherwise.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string target, string? body = null, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, target));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>The reply's JSON, after a check of the HTTP status.</summary>
    public async Task<System.Text.Json.Nodes.JsonNode> JsonAsync(string method, string target, string? body = null, int expected = 200)
    {
        using var response = await SendAsync(method, target, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == expected, $"{method} {target}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return System.Text.Json.Nodes.JsonNode.Parse(text)!;
    }

    /// <summary>The one request that a store or admin handler saw.</summary>
    public async Task<T> SeenAsync<T>(string method, string target, string? body = null)
        where T : IMessage
    {
        using var response = await SendAsync(method, target, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.True(Seen.TryDequeue(out var request));
        return Assert.IsType<T>(request);
    }

    /// <summary>The message of a refused request, after a check of its whole shape: HTTP status, code, and the field that is at fault.</summary>
    public async Task<string> RefusedAsync(string method, string target, string? body, string field)
    {
        var error = (await JsonAsync(method, target, body, 400))["error"]!;
        Assert.Equal(3, (int)error["code"]!);
        Assert.Equal("INVALID_ARGUMENT", (string)error["status"]!);
        var detail = Assert.Single(error["details"]!.AsArray())!;
        Assert.Equal("type.googleapis.com/google.rpc.BadRequest", (string)detail["@type"]!);
        Assert.Equal(field, (string)Assert.Single(detail["fieldViolations"]!.AsArray())!["field"]!);
        return (string)error["message"]!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
