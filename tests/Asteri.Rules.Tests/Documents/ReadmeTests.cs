using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Documents;

/// <summary>
/// Runs the README: its first command starts the demo, every other bash block runs against it as it stands, and where a block of JSON follows,
/// the command must have printed the like. `dotnet run … --project P -- args` runs the P that was built with this test; `dotnet test` is this test.
/// </summary>
public sealed class ReadmeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task CodeBlocks_RunAsTheyStand()
    {
        var blocks = MarkdownBlock.Parse(Repository.Read("README.md")).ToList();
        Assert.EndsWith("-- demo", blocks[0].Text, StringComparison.Ordinal);
        using var shell = new ReadmeShell();

        await using var demo = await shell.StartAsync(blocks[0], readyWhen: new("http://127.0.0.1:7450/readyz"), Patience);
        int ran = 0;
        for (int i = 1; i < blocks.Count; i++)
        {
            if (blocks[i].Language != "bash") { continue; }
            string printed = await shell.RunAsync(blocks[i], Patience);
            if (i + 1 < blocks.Count && blocks[i + 1].Language == "json") { ReadmeJson.AssertSameShape(blocks[i + 1], printed); }
            ran++;
        }

        Assert.True(ran >= 3, $"Only {ran} blocks ran; the README shows at least the tests, a write and a read.");
    }

    [Fact]
    public void CodeBlocks_AreAllOfAKindThatIsRun() =>
        Faults.AssertNone(
            MarkdownBlock.Parse(Repository.Read("README.md"))
                .Where(b => b.Language is not ("bash" or "json"))
                .Select(b => $"line {b.Line}: '{b.Language}'"),
            "A block that no test runs goes stale; make it bash, or JSON behind the bash block that prints it:");
}
