using System.Net;
using System.Text.Json;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;
using Asteri.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Asteri.Server.Tests.Security;

public sealed class RouteGuardTests : IAsyncLifetime
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");

    private SmallStore _small = null!;
    private KeyRing _keys = null!;

    public async Task InitializeAsync()
    {
        _small = await SmallStore.OpenAsync();
        _keys = KeyRing.Open(_small.Store, await Pepper.OpenAsync(_small.Store, _small.PepperPath), new(), new ManualTime());
    }

    public async Task DisposeAsync()
    {
        _keys.Dispose();
        await _small.DisposeAsync();
    }

    [Theory]
    [InlineData("/livez", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/metrics", 401)]
    [InlineData("/Metrics", 404)]
    [InlineData("/metrics/", 404)]
    [InlineData("/", 404)]
    [InlineData("/debug", 404)]
    public async Task Guard_NoKey_AnswersByTheTable(string path, int expected)
    {
        var http = await Serve(path);

        Assert.Equal(expected, http.Response.StatusCode);
        if (expected == 401) { Assert.Equal("Bearer", http.Response.Headers.WWWAuthenticate); }
    }

    [Theory]
    [InlineData(Scope.Metrics, 200)]
    [InlineData(Scope.Admin, 403)]
    public async Task Guard_Metrics_AskForTheirScope(Scope scope, int expected)
    {
        var issued = await _keys.CreateAsync(new("acme", ScopeSet.Of([scope]), NamePatterns.Every));

        var http = await Serve("/metrics", change: h => h.Request.Headers.Authorization = $"Bearer {issued.Reveal()}");

        Assert.Equal(expected, http.Response.StatusCode);
    }

    [Fact]
    public async Task Guard_OpenLoopback_LetsThisMachineInAlone()
    {
        Assert.Equal(200, (await Serve("/metrics", open: true, from: IPAddress.Loopback)).Response.StatusCode);
        Assert.Equal(200, (await Serve("/metrics", open: true, from: IPAddress.Parse("::ffff:127.0.0.1"))).Response.StatusCode);
        Assert.Equal(401, (await Serve("/metrics", open: true)).Response.StatusCode);
        Assert.Equal(401, (await Serve("/metrics", open: false, from: IPAddress.Loopback)).Response.StatusCode);
    }

    [Fact]
    public async Task Guard_OtherMethodThanGet_IsRefused() =>
        Assert.Equal(405, (await Serve("/livez", change: h => h.Request.Method = "POST")).Response.StatusCode);

    [Fact]
    public async Task Guard_Refusal_HasTheFormOfAJsonCalls()
    {
        var http = await Serve("/metrics");

        http.Response.Body.Position = 0;
        string body = await new StreamReader(http.Response.Body).ReadToEndAsync();
        Assert.Equal("application/json", http.Response.ContentType);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal((16, "UNAUTHENTICATED"), (error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString()));
        Assert.Equal("KEY_MISSING", error.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("localhost:7450", null, 200)]
    [InlineData("LOCALHOST", null, 200)]
    [InlineData("127.0.0.1:7450", "http://localhost:3000", 200)]
    [InlineData("[::1]:7450", null, 200)]
    [InlineData("attacker.example", null, 421)]
    [InlineData("localhost.attacker.example", null, 421)]
    [InlineData("localhost", "https://attacker.example", 421)]
    [InlineData("localhost", "null", 421)]
    [InlineData("192.0.2.9", null, 421)]
    public async Task BrowserGuard_OpenLoopback_TakesOnlyRequestsThatNameThisMachine(string host, string? origin, int expected)
    {
        void Change(HttpContext http)
        {
            http.Request.Host = new(host);
            if (origin is not null) { http.Request.Headers.Origin = origin; }
        }

        Assert.Equal(expected, (await Serve("/livez", open: true, from: IPAddress.Loopback, change: Change)).Response.StatusCode);
        Assert.Equal(200, (await Serve("/livez", open: false, from: IPAddress.Loopback, change: Change)).Response.StatusCode);
    }

    private async Task<HttpContext> Serve(string path, bool open = false, IPAddress? from = null, Action<HttpContext>? change = null)
    {
        using var authenticator = new Authenticator(_keys, new(), open, new CapturedLog<Authenticator>());
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        new BrowserGuard(authenticator).Use(app);
        new RouteGuard(authenticator).Use(app);
        app.Run(_ => Task.CompletedTask);
        var http = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };
        (http.Request.Method, http.Request.Path, http.Request.Host) = ("GET", path, new HostString("localhost"));
        http.Connection.RemoteIpAddress = from ?? Elsewhere;
        change?.Invoke(http);
        await app.Build()(http);
        return http;
    }
}
