using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Asteri.Interop.Service;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Matrix;

/// <summary>Every stock client against our server, our client against every stock server, and our own pair.</summary>
public static class InteropMatrix
{
    public const string Ours = "asteri";

    /// <summary>Our server, over TLS.</summary>
    public const string OursOverTls = "asteri (TLS)";

    /// <summary>Runs the pairs whose peers are there, one behind the other.</summary>
    public static async Task<IReadOnlyList<MatrixColumn>> RunAsync(IEnumerable<Peer> peers)
    {
        var present = peers.Where(p => p.Missing is null).ToArray();
        using var certificate = LoopbackCertificate.Create(TimeProvider.System);
        await using var host = await TestHost.StartAsync(0);
        await using var secureHost = await TestHost.StartAsync(0, certificate.Certificate);
        List<MatrixColumn> columns = [];
        foreach (var peer in present)
        {
            columns.Add(new(peer.Name, Ours, await PeerClient.RunAllAsync(peer, host.Target), peer.ClientLimits));
        }

        foreach (var peer in present)
        {
            var results = await PeerClient.RunAllAsync(peer, secureHost.Target, certificate.FilePath);
            columns.Add(new(peer.Name, OursOverTls, results, peer.ClientLimits));
        }

        foreach (var peer in present) { columns.Add(await RunStockServerAsync(peer)); }
        columns.Add(new(Ours, Ours, await RunOurClientAsync(host.Target, InteropCase.Common), new Dictionary<string, string>()));
        return columns;
    }

    private static async Task<MatrixColumn> RunStockServerAsync(Peer peer)
    {
        await using var server = await PeerServer.StartAsync(peer);
        var results = await RunOurClientAsync(server.Target, peer.ServedCases);
        return new(Ours, peer.Name, results.ToDictionary(r => r.Key, r => WithWords(r.Value, server)), peer.ServerLimits);
    }

    private static CaseResult WithWords(CaseResult result, PeerServer server) =>
        result.HasPassed ? result : result with { Detail = $"{result.Detail} {server.Words}" };

    private static async Task<IReadOnlyDictionary<string, CaseResult>> RunOurClientAsync(string target, IEnumerable<InteropCase> cases)
    {
        using RpcChannel channel = new(new Uri($"http://{target}"));
        Dictionary<string, CaseResult> results = [];
        foreach (var test in cases) { results.Add(test.Name, await test.RunAsync(channel)); }
        return results;
    }
}
