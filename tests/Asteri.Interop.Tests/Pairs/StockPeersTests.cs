using Asteri.Interop.Cases;
using Asteri.Interop.Peers;

namespace Asteri.Interop.Tests.Pairs;

public sealed class StockPeersTests
{
    [Fact]
    public void Limits_AllPeers_NamePublishedCases()
    {
        var published = InteropCase.Common.Select(c => c.Name).ToHashSet();

        Assert.All(StockPeers.All, peer => Assert.Subset(published, peer.ClientLimits.Keys.Concat(peer.ServerLimits.Keys).ToHashSet()));
    }

    [Fact]
    public void ServedCases_PeerThatCannotRefuseTheProbe_RunsTheFormsWithoutIt()
    {
        var names = StockPeers.Python.ServedCases.Select(c => c.Name).ToArray();

        Assert.Contains("client_compressed_unary_without_probe", names);
        Assert.Contains("client_compressed_streaming_without_probe", names);
    }

    [Fact]
    public void ServedCases_PeerWithoutLimits_RunsThePublishedOnesOnly() =>
        Assert.Equal(InteropCase.Common, StockPeers.Cpp.ServedCases);

    [Fact]
    public void Parse_OutputWithOtherLines_TakesTheResults()
    {
        const string Output = """
            starting
            {"case": "ping_pong", "outcome": "failed", "detail": "a \"b\"", "ms": 1.5}

            """;

        Assert.Equal([new CaseResult("ping_pong", CaseResult.Failed, "a \"b\"", 1.5)], PeerClient.Parse(Output));
    }
}
