using Asteri.Interop.Peers;
using Asteri.Interop.Tests.Rows;

namespace Asteri.Interop.Tests.Store;

/// <summary>What the store promises, as a stock client sees it: what was acknowledged is there after kill -9, and nothing else is.</summary>
public sealed class StoreSurvivalTests : IDisposable
{
    /// <summary>More than a round can write before the node is killed.</summary>
    private const int Endless = 1_000_000;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("asteri-survival-");

    public void Dispose() => _data.Delete(recursive: true);

    [NodeFact]
    public async Task Put_NodeKilledAndRestarted_ValueIsFound()
    {
        await using (var node = await NodeProcess.StartAsync(_data.FullName))
        {
            await RunAsync(node, "put", "--key", "greeting", "--value", "dobrý deň");
            await node.KillAsync();
        }

        await using var again = await NodeProcess.StartAsync(_data.FullName);

        Assert.Equal("dobrý deň\n", (await RunAsync(again, "get", "--key", "greeting")).Output);
    }

    [NodeFact]
    public async Task Load_NodeKilledUnderWay_WhatWasAcknowledgedIsThereAndNothingElse()
    {
        int rounds = Environment.GetEnvironmentVariable("ASTERI_LONG") is not null ? 20 : 3;
        HashSet<string> acknowledged = [];
        for (int round = 0; round < rounds; round++)
        {
            await using var node = await NodeProcess.StartAsync(_data.FullName);
            acknowledged.UnionWith(await LoadUntilKilledAsync(node, $"round-{round}/", acknowledgements: 200 + (round * 137)));
        }

        await using var last = await NodeProcess.StartAsync(_data.FullName);
        var found = (await RunAsync(last, "scan")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')).ToDictionary(parts => parts[0], parts => parts[1]);

        Assert.Empty(acknowledged.Except(found.Keys));
        Assert.All(found, entry => Assert.Equal($"value of {entry.Key}", entry.Value));
        // A write that was under way when the node was killed may be there: 16 of them a round.
        Assert.InRange(found.Count, acknowledged.Count, acknowledged.Count + (16 * rounds));
    }

    /// <summary>Writes until so many keys are acknowledged, then kills the node; all keys whose acknowledgement came through.</summary>
    private static async Task<IReadOnlyList<string>> LoadUntilKilledAsync(NodeProcess node, string prefix, int acknowledgements)
    {
        using var client = PeerProcess.Start("node", [Script, "load", "--target", node.Target, "--key", prefix, "--count", $"{Endless}"]);
        List<string> keys = [];
        while (await client.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } key)
        {
            keys.Add(key);
            if (keys.Count == acknowledgements) { await node.KillAsync(); }
        }

        await client.WaitForExitAsync();
        Assert.True(keys.Count >= acknowledgements, $"{keys.Count} acknowledged; then: {await client.StandardError.ReadToEndAsync()}");
        return keys;
    }

    private static async Task<Finished> RunAsync(NodeProcess node, string command, params IEnumerable<string> arguments)
    {
        var run = await PeerProcess.RunAsync("node", [Script, command, "--target", node.Target, .. arguments]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run;
    }

    private static string Script => Path.Combine(Repository.Root, "tests", "peers", "node", "store.mjs");
}
