using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Tests.Echo;
using Asteri.Rpc.Tests.Hosting;

namespace Asteri.Rpc.Tests.Client;

/// <summary>Connections: none, many, broken, and over TLS.</summary>
public sealed class ChannelTests
{
    [Fact]
    public async Task Call_WhereNobodyListens_IsUnavailable()
    {
        using var channel = new RpcChannel(new($"http://127.0.0.1:{FreePort()}"));
        Assert.Equal(RpcCode.Unavailable, await EndAsync(channel));
    }

    [Fact]
    public async Task Call_WhereNobodyAnswers_EndsAtItsDeadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var channel = new RpcChannel(new($"http://{silent.LocalEndpoint}"), new() { DefaultTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(RpcCode.DeadlineExceeded, await EndAsync(channel));
    }

    [Fact]
    public async Task Call_WhenTheConnectionBreaks_IsUnavailable()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var channel = new RpcChannel(new($"http://{server.LocalEndpoint}"));
        var call = EndAsync(channel);
        using (var accepted = await server.AcceptTcpClientAsync())
        {
            await accepted.GetStream().ReadExactlyAsync(new byte[24]);
        }

        server.Stop();
        Assert.Equal(RpcCode.Unavailable, await call);
    }

    [Fact]
    public async Task Calls_BeyondTheStreamsOfAConnection_OpenAnother()
    {
        await using var node = await EchoNode.StartAsync();
        using var cancel = new CancellationTokenSource();
        var options = new CallOptions { Cancellation = cancel.Token, Timeout = TimeSpan.FromMinutes(1) };
        var calls = Enumerable.Range(0, 250).Select(_ => node.SayAsync(new Word { DelayMs = 60_000 }, options)).ToList();
        await Eventually.TrueAsync(() => node.Handlers.Delayed == 250);
        await cancel.CancelAsync();
        foreach (var call in calls) { await Assert.ThrowsAsync<RpcException>(() => call); }
    }

    [Fact]
    public async Task Tls_WithTheRightFingerprint_Connects()
    {
        using var certificate = SelfSigned();
        await using var node = await EchoNode.StartAsync(new() { Certificate = certificate });
        using var channel = new RpcChannel(node.Address, new() { ServerCertificateSha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256) });
        Assert.Equal("over TLS", (await channel.UnaryAsync<Word, Word>(EchoNode.Say, new() { Text = "over TLS" })).Text);
    }

    [Fact]
    public async Task Tls_WithAnotherFingerprint_IsRefused()
    {
        using var certificate = SelfSigned();
        await using var node = await EchoNode.StartAsync(new() { Certificate = certificate });
        using var channel = new RpcChannel(node.Address, new() { ServerCertificateSha256 = new string('a', 64) });
        Assert.Equal(RpcCode.Unavailable, await EndAsync(channel));
    }

    [Fact]
    public async Task Tls_WithACertificateThatTheSystemDoesNotTrust_IsRefused()
    {
        using var certificate = SelfSigned();
        await using var node = await EchoNode.StartAsync(new() { Certificate = certificate });
        Assert.Equal(RpcCode.Unavailable, await EndAsync(node.Channel));
    }

    [Theory]
    [InlineData("ftp://x", null)]
    [InlineData("https://x", "abc")]
    [InlineData("https://x", "gg")]
    public void New_WithWhatCannotWork_IsRefused(string address, string? fingerprint) =>
        Assert.Throws<ArgumentException>(() => new RpcChannel(new(address), new() { ServerCertificateSha256 = fingerprint }).Dispose());

    [Fact]
    public async Task Write_AfterTheServerHasEndedTheCall_BringsItsStatus()
    {
        await using var node = await EchoNode.StartAsync();
        await using var call = node.Start(EchoNode.Join);
        await call.WriteAsync(new Word { Refusal = new() { Code = (int)RpcCode.FailedPrecondition, Message = "no more" } });
        await call.ResponseHeadersAsync;
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true) { await call.WriteAsync(new Word()); }
        });
        Assert.Equal((RpcCode.FailedPrecondition, "no more"), (refused.Status.Code, refused.Status.Message));
    }

    private static async Task<RpcCode> EndAsync(RpcChannel channel) =>
        (await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Word, Word>(EchoNode.Say, new()))).Status.Code;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
