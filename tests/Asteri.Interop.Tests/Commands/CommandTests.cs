using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Asteri.Interop.Service;

namespace Asteri.Interop.Tests.Commands;

/// <summary>The program's commands, as a person types them.</summary>
public sealed class CommandTests
{
    private static readonly string Program = typeof(TestHost).Assembly.Location;

    [Fact]
    public async Task Client_AllCasesAgainstServe_PrintsOnePassedLineEach()
    {
        Peer ours = new("asteri", "dotnet", [Program], () => null);
        await using var server = await PeerServer.StartAsync(ours);

        var run = await PeerProcess.RunAsync("dotnet", Program, "client", "--target", server.Target, "--json");

        var results = PeerClient.Parse(run.Output).ToArray();
        Assert.Equal(InteropCase.Common.Select(c => c.Name), results.Select(r => r.Case));
        Assert.All(results, r => Assert.Equal((r.Case, CaseResult.Passed, ""), (r.Case, r.Outcome, r.Detail)));
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Client_NobodyListens_FailsWithTheReason()
    {
        var run = await PeerProcess.RunAsync("dotnet", Program, "client", "--target", "127.0.0.1:1", "--case", "empty_unary");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("failed  empty_unary", run.Output);
        Assert.Contains("refused", run.Output);
    }

    [Fact]
    public async Task Client_UnknownCase_NamesTheCases()
    {
        var run = await PeerProcess.RunAsync("dotnet", Program, "client", "--target", "127.0.0.1:1", "--case", "no_such");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Unknown case 'no_such'", run.Errors);
        Assert.Contains("ping_pong", run.Errors);
    }
}
