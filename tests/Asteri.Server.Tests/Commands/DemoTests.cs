using System.Diagnostics;
using Asteri.Server.Commands;
using Asteri.Server.Tests.Hosting;

namespace Asteri.Server.Tests.Commands;

public sealed class DemoTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-demo-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Demo_TwiceOnTheSameDirectory_ShowsTheSameEntries()
    {
        var first = await CommandRun.RunAsync(["demo", "--exit", .. TestNode.Arguments(_directory)]);
        var second = await CommandRun.RunAsync(["demo", "--exit", .. TestNode.Arguments(_directory)]);

        Assert.True(first.Code == ExitCode.Ok, first.Error);
        Assert.True(second.Code == ExitCode.Ok, second.Error);
        string[] shown = [.. first.Out.Split('\n').Where(l => l.Contains("(version", StringComparison.Ordinal))];
        Assert.Equal(4, shown.Length);
        Assert.Equal(shown, second.Out.Split('\n').Where(l => l.Contains("(version", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Demo_EveryCallThatItPrints_Works()
    {
        await using var demo = await RunningDemo.StartAsync(_directory);

        var calls = demo.Calls("curl ");
        Assert.True(calls.Count >= 5, demo.Text);
        foreach (string call in calls) { await RunAsync(call.Replace("curl -s", "curl -sS --fail", StringComparison.Ordinal)); }
        foreach (string command in demo.Text.Split('\n').Where(l => l.Contains(" --server ", StringComparison.Ordinal)))
        {
            string[] words = command.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int name = Array.FindIndex(words, w => w is "health" or "snapshot" or "keys");
            var run = await CommandRun.RunAsync(words[name..]);
            Assert.True(run.Code == ExitCode.Ok, $"{command}: {run.Error}");
        }

        Assert.Equal(ExitCode.Ok, await demo.StopAsync());
    }

    [PythonGrpcFact]
    public async Task Demo_TheStockClientsCall_ReadsTheEntry()
    {
        await using var demo = await RunningDemo.StartAsync(_directory);
        string call = Assert.Single(demo.Calls("python3 "));

        string said = await RunAsync(PythonGrpcFactAttribute.Python + call["python3".Length..]);

        Assert.Contains("hello", said, StringComparison.Ordinal);
        Assert.Contains("world", said, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string said = await shell.StandardOutput.ReadToEndAsync() + await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{line}\n{said}");
        return said;
    }
}
