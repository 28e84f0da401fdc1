using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Asteri.Interop.Tests.Rows;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Tests.Pairs;

/// <summary>gRPC's published interop cases: stock clients against our server, our client against stock servers, and our own pair.</summary>
public sealed class PairTests(PairFixture pairs) : IClassFixture<PairFixture>
{
    public static TheoryData<string> Common => [.. InteropCase.Common.Select(c => c.Name)];

    [PeerTheory]
    [PairData(Stock.Client)]
    public async Task OurServer_StockClient_Passes(string client, string test)
    {
        var results = await pairs.ClientResultsAsync(StockPeers.Find(client));
        var result = results[test];
        Assert.True(result.HasPassed, result.Detail);
    }

    [PeerTheory]
    [PairData(Stock.Client)]
    public async Task OurServerOverTls_StockClient_Passes(string client, string test)
    {
        var results = await pairs.SecureClientResultsAsync(StockPeers.Find(client));
        var result = results[test];
        Assert.True(result.HasPassed, result.Detail);
    }

    [PeerTheory]
    [PairData(Stock.Server)]
    public async Task OurClient_StockServer_Passes(string server, string test)
    {
        var process = await pairs.ServerAsync(StockPeers.Find(server));
        var result = await RunOurClientAsync(process.Target, test);
        Assert.True(result.HasPassed, $"{result.Detail} {process.Words}");
    }

    [Theory]
    [MemberData(nameof(Common))]
    public async Task OurClient_OurServer_Passes(string test)
    {
        var result = await RunOurClientAsync(pairs.Host.Target, test);
        Assert.True(result.HasPassed, result.Detail);
    }

    [Theory]
    [MemberData(nameof(Common))]
    public async Task OurClient_OurServerOverTls_Passes(string test)
    {
        RpcChannelOptions options = new() { ServerCertificateSha256 = pairs.Certificate.Fingerprint };
        using RpcChannel channel = new(new Uri($"https://{pairs.SecureHost.Target}"), options);

        var result = await InteropCase.Find(test)!.RunAsync(channel);

        Assert.True(result.HasPassed, result.Detail);
    }

    private static async Task<CaseResult> RunOurClientAsync(string target, string test)
    {
        using RpcChannel channel = new(new Uri($"http://{target}"));
        return await InteropCase.Find(test)!.RunAsync(channel);
    }
}
