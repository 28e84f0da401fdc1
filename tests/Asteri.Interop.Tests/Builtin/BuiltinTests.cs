using Asteri.Interop.Peers;
using Asteri.Interop.Service;
using Asteri.Interop.Tests.Rows;

namespace Asteri.Interop.Tests.Builtin;

/// <summary>What our server has beside its services, as the stock Node client meets it.</summary>
public sealed class BuiltinTests
{
    [NodeTheory]
    [InlineData("health")]
    [InlineData("reflection")]
    [InlineData("details")]
    [InlineData("deflate")]
    public async Task OurServer_NodeChecks_Passes(string check)
    {
        await using var host = await TestHost.StartAsync(0);

        var run = await PeerProcess.RunAsync("node", Script, check, "--target", host.Target);

        Assert.True(run.ExitCode == 0 && run.Output.Contains("passed"), run.Output + run.Errors);
    }

    [NodeFact]
    public async Task StopAsync_NodeReadsAStream_StreamComesToItsEnd()
    {
        await using var host = await TestHost.StartAsync(0);
        using var client = PeerProcess.Start("node", [Script, "stop", "--target", host.Target]);
        Assert.Equal("started", await client.StandardOutput.ReadLineAsync());

        await host.StopAsync();

        Assert.Equal("passed", await client.StandardOutput.ReadLineAsync());
        await client.WaitForExitAsync();
    }

    private static string Script => Path.Combine(Repository.Root, "tests", "peers", "node", "builtin.mjs");
}
