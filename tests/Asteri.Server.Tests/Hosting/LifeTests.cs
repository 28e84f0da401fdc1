using System.Net;
using System.Net.Sockets;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Server.Commands;
using Asteri.Server.Hosting;
using Asteri.Server.Tests.Commands;
using Asteri.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Http;

namespace Asteri.Server.Tests.Hosting;

public sealed class LifeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-life-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Restart_Everything_IsThereAgain()
    {
        WriteEntriesRequest request = new() { Space = "kept", RequestId = "r", Writes = { TestNode.Put("k", "v"), TestNode.Put("l", "w") } };
        await using (var node = await TestNode.StartAsync(_directory)) { await node.WriteAsync(request); }

        await using var again = await TestNode.StartAsync(_directory);

        Assert.Equal("v", await again.GetAsync("kept", "k"));
        Assert.Equal("w", await again.GetAsync("kept", "l"));
        await again.PutAsync("kept", "k", "newer");
        await again.WriteAsync(request);
        Assert.Equal("newer", await again.GetAsync("kept", "k"));
    }

    [Fact]
    public async Task Restart_NewSpace_GetsAnIdOfItsOwn()
    {
        await using (var node = await TestNode.StartAsync(_directory)) { await node.PutAsync("first", "k", "first's"); }
        await using var again = await TestNode.StartAsync(_directory);

        await again.PutAsync("second", "k", "second's");

        Assert.Equal("first's", await again.GetAsync("first", "k"));
        Assert.Equal("second's", await again.GetAsync("second", "k"));
    }

    [Fact]
    public async Task Restart_FirstKey_IsShownOnceAndStaysValid()
    {
        string key;
        await using (var node = await TestNode.StartAsync(_directory, ("Security:RequireKeys", "true"))) { key = node.FirstKey; }

        await using var again = await TestNode.StartAsync(_directory, ("Security:RequireKeys", "true"));

        Assert.DoesNotContain("ast_", again.Notices, StringComparison.Ordinal);
        using var admin = again.Connect(key);
        Assert.Single((await again.CallAsync<ListKeysRequest, ListKeysResponse>("ListKeys", new(), admin)).Keys);
    }

    [Fact]
    public async Task Ready_OpenNode_SaysSoOnBothDoors()
    {
        await using var node = await TestNode.StartAsync(_directory);

        Assert.Equal("ready\n", await node.Http.GetStringAsync("/readyz"));
        Assert.Equal("alive\n", await node.Http.GetStringAsync("/livez"));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await HealthAsync(node, ""));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await HealthAsync(node, "asteri.v1.StoreService"));
    }

    [Fact]
    public async Task Stop_DuringItsDelay_IsNotReadyButServes()
    {
        await using var node = await TestNode.StartAsync(_directory, ("Server:ShutdownDelay", "5s"));
        await node.PutAsync("s", "k", "v");

        var stopping = node.Node.StopAsync();
        using var ready = await node.Http.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("stopping\n", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await HealthAsync(node, ""));
        Assert.Equal("v", await node.GetAsync("s", "k"));
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stop_OpenWatch_EndsAtOnceAndSaysWhy()
    {
        await using var node = await TestNode.StartAsync(_directory, ("Server:ShutdownGrace", "20s"));
        await node.PutAsync("s", "k", "v");
        await using var watch = node.Channel.Start<WatchEntriesRequest, WatchEntriesResponse>(
            TestNode.StoreService.FindMethodByName("WatchEntries"), new() { Timeout = Timeout.InfiniteTimeSpan });
        await watch.WriteAsync(new() { Space = "s" });
        await watch.CompleteAsync();
        await using var messages = watch.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());

        var stopping = node.Node.StopAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await messages.MoveNextAsync().AsTask().WaitAsync(Patience));

        Assert.Equal(RpcCode.Unavailable, e.Status.Code);
        Assert.Equal("STOPPING", e.Detail<ErrorInfo>()!.Reason);
        await stopping.WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Stop_OpenHealthWatch_ToldAndEndedBeforeTheGrace()
    {
        await using var node = await TestNode.StartAsync(_directory, ("Server:ShutdownGrace", "60s"));
        var method = HealthReflection.Descriptor.Services[0].FindMethodByName("Watch");
        await using var watch = node.Channel.Start<HealthCheckRequest, HealthCheckResponse>(method, new() { Timeout = Timeout.InfiniteTimeSpan });
        await watch.WriteAsync(new());
        await watch.CompleteAsync();
        await using var states = watch.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await states.MoveNextAsync());

        var stopping = node.Node.StopAsync();
        Assert.True(await states.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, states.Current.Status);
        Assert.False(await states.MoveNextAsync().AsTask().WaitAsync(Patience));

        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stop_OpenStream_KeepsWhatItAcknowledged()
    {
        int acknowledged = 0;
        await using (var node = await TestNode.StartAsync(_directory))
        {
            var method = TestNode.StoreService.FindMethodByName("StreamEntries");
            await using var stream = node.Channel.Start<StreamEntriesRequest, StreamEntriesResponse>(method);
            var acks = CountAsync(stream, () => acknowledged++);
            for (int i = 0; i < 50; i++) { await stream.WriteAsync(new() { Space = "s", Writes = { TestNode.Put($"k{i}", "v") } }); }
            await node.Node.StopAsync().WaitAsync(Patience);
            var e = await Assert.ThrowsAsync<RpcException>(() => acks.WaitAsync(Patience));
            Assert.Equal(RpcCode.Unavailable, e.Status.Code);
        }

        await using var again = await TestNode.StartAsync(_directory);
        for (int i = 0; i < acknowledged; i++) { Assert.Equal("v", await again.GetAsync("s", $"k{i}")); }
    }

    [Fact]
    public async Task Start_StoreOfARunningNode_IsRefused()
    {
        await using var node = await TestNode.StartAsync(_directory);

        var e = await Assert.ThrowsAsync<Engine.Storage.StoreException>(() => TestNode.StartAsync(_directory));

        Assert.Equal(Engine.Storage.StoreFault.ReadOnly, e.Fault);
        Assert.Equal("ready\n", await node.Http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Start_DamagedLane_IsRefusedByNameAndServesNothing()
    {
        await using (var node = await TestNode.StartAsync(_directory))
        {
            for (int i = 0; i < 20; i++) { await node.PutAsync("s", $"k{i}", "v"); }
        }

        string keys = Directory.EnumerateFiles(Path.Combine(_directory, "store", "lane-001"), "keys", SearchOption.AllDirectories).Single();
        byte[] bytes = await File.ReadAllBytesAsync(keys);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(keys, bytes);

        var run = await CommandRun.RunAsync(["serve", .. TestNode.Arguments(_directory)]);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("lane 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("keys", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortTaken_FailsAndReleasesTheRest()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await Assert.ThrowsAnyAsync<IOException>(() => TestNode.StartAsync(_directory, ("Server:GrpcPort", $"{port}")));

        await using var node = await TestNode.StartAsync(_directory);
        Assert.Equal("ready\n", await node.Http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Http_BrowserFromAnotherSite_IsTurnedAway()
    {
        await using var node = await TestNode.StartAsync(_directory);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status") { Headers = { { "Origin", "https://evil.example" } } };

        using var reply = await node.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, reply.StatusCode);
    }

    [Fact]
    public async Task Starting_BeforeTheStoreIsOpen_BothDoorsAskToComeAgain()
    {
        var health = new NodeHealth(["asteri.v1.StoreService"]);

        var (ready, text) = health.Check();
        var http = new DefaultHttpContext { Request = { Method = "GET", Path = "/v1/spaces" }, Response = { Body = new MemoryStream() } };
        await StartingPipelines.Http(health)(http);

        Assert.False(ready);
        Assert.StartsWith("recovering", text, StringComparison.Ordinal);
        Assert.Equal(503, http.Response.StatusCode);
        Assert.Equal("1", http.Response.Headers.RetryAfter);
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync(TestNode node, string service)
    {
        var check = HealthReflection.Descriptor.Services[0].FindMethodByName("Check");
        return (await node.Channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(check, new() { Service = service })).Status;
    }

    private static async Task CountAsync<TRequest, TReply>(ClientCall<TRequest, TReply> call, Action count)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply>
    {
        await foreach (var _ in call.ReadAllAsync()) { count(); }
    }
}
