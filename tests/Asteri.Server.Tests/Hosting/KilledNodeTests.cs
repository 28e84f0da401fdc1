using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.V1;

namespace Asteri.Server.Tests.Hosting;

/// <summary>The promise as a client meets it: what a node has acknowledged, it has after kill -9. Longer with ASTERI_LONG=1.</summary>
public sealed class KilledNodeTests : IDisposable
{
    private const int Writers = 8;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("ASTERI_LONG") is { Length: > 0 } ? 30 : 3;

    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-killed-").FullName;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Kill9_UnderLoad_LosesNothingAcknowledged()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            await using var node = await NodeProcess.StartAsync(_directory);
            using var channel = node.Connect();
            await CheckAsync(channel, seed);
            int before = _acknowledged.Count;
            int enough = before + random.Next(50, 400);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, Writers).Select(w => WriteAsync(channel, $"{round}/{w}", enough, reached)).ToList();
            await Task.WhenAny(reached.Task, Task.Delay(TimeSpan.FromSeconds(30)));
            await node.KillAsync();
            await Task.WhenAll(writers);
            Assert.True(_acknowledged.Count > before, $"round {round}, seed {seed}: nothing was acknowledged\n{node.Log}");
        }

        await using var last = await NodeProcess.StartAsync(_directory);
        using var reader = last.Connect();
        await CheckAsync(reader, seed);
        Assert.Equal(0, await last.TerminateAsync());
    }

    [Fact]
    public async Task Terminate_IdleNode_EndsWithZeroAndALastCheckpoint()
    {
        await using var node = await NodeProcess.StartAsync(_directory);
        using (var channel = node.Connect()) { await PutAsync(channel, "k", "v"); }

        int code = await node.TerminateAsync();

        Assert.True(code == 0, node.Log);
        Assert.Contains("Stopped; everything acknowledged", node.Log, StringComparison.Ordinal);
        await using var again = await NodeProcess.StartAsync(_directory);
        Assert.Contains("Ready after", again.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_StoreInUse_EndsWithOneAndSaysWhy()
    {
        await using var node = await NodeProcess.StartAsync(_directory);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => NodeProcess.StartAsync(_directory));

        Assert.Contains("asteri: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_JsonLog_EveryLineIsAnObjectAndTheConfigurationIsInIt()
    {
        await using var node = await NodeProcess.StartAsync(_directory, "--set", "Logging:Format=Json");
        Assert.Equal(0, await node.TerminateAsync());

        var lines = node.Log.Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        Assert.All(lines, line => Assert.True(line.ContainsKey("Timestamp") && line.ContainsKey("LogLevel") && line.ContainsKey("Message")));
        string configuration = Assert.Single(lines.Select(l => (string)l["Message"]!), m => m.Contains("configuration:", StringComparison.Ordinal));
        Assert.Contains($"Storage:Directory={_directory}", configuration, StringComparison.Ordinal);
    }

    /// <summary>Writes until the node is gone; remembers what was acknowledged.</summary>
    private async Task WriteAsync(RpcChannel channel, string prefix, int enough, TaskCompletionSource reached)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string key = $"{prefix}/{i}";
                await PutAsync(channel, key, $"value of {key}");
                _acknowledged[key] = $"value of {key}";
                if (_acknowledged.Count >= enough) { reached.TrySetResult(); }
            }
        }
        catch (RpcException e) when (e.Status.Code is RpcCode.Unavailable or RpcCode.Cancelled or RpcCode.Unknown or RpcCode.Internal)
        {
            // The node was killed under the call: whether this write is there, nobody knows.
        }
    }

    private static Task<WriteEntriesResponse> PutAsync(RpcChannel channel, string key, string value) =>
        channel.UnaryAsync<WriteEntriesRequest, WriteEntriesResponse>(
            TestNode.StoreService.FindMethodByName("WriteEntries"), new() { Space = "killed", Writes = { TestNode.Put(key, value) } });

    /// <summary>Everything acknowledged is there, and nothing is there that was not written.</summary>
    private async Task CheckAsync(RpcChannel channel, int seed)
    {
        if (_acknowledged.IsEmpty) { return; }
        var stored = new Dictionary<string, string>();
        await using var scan = channel.Start<ScanEntriesRequest, ScanEntriesResponse>(TestNode.StoreService.FindMethodByName("ScanEntries"));
        await scan.WriteAsync(new() { Space = "killed" });
        await scan.CompleteAsync();
        await foreach (var message in scan.ReadAllAsync())
        {
            foreach (var entry in message.Entries) { stored.Add(entry.Key.ToStringUtf8(), entry.Value.ToStringUtf8()); }
        }

        string[] lost = [.. _acknowledged.Where(a => stored.GetValueOrDefault(a.Key) != a.Value).Select(a => a.Key)];
        Assert.True(lost.Length == 0, $"seed {seed}: lost {lost.Length} of {_acknowledged.Count}: {string.Join(", ", lost.Take(5))}");
        Assert.All(stored, s => Assert.Equal($"value of {s.Key}", s.Value));
    }
}
