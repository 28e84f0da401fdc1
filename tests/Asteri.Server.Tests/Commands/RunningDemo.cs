using Asteri.Server.Commands;
using Asteri.Server.Tests.Hosting;

namespace Asteri.Server.Tests.Commands;

/// <summary>An <c>asteri demo</c> of this process that has shown what it has to show and serves.</summary>
internal sealed class RunningDemo : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ExitCode> _demo;

    private RunningDemo(string directory, FirstWords output, TextWriter error) =>
        _demo = AsteriCommand.RunAsync(["demo", .. TestNode.Arguments(directory)], new Terminal(output, error), _stop.Token);

    /// <summary>What it has shown.</summary>
    public string Text { get; private set; } = "";

    public static async Task<RunningDemo> StartAsync(string directory)
    {
        var (output, error) = (new FirstWords(), new StringWriter());
        var demo = new RunningDemo(directory, output, error);
        await Task.WhenAny(demo._demo, output.Said).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(demo._demo.IsCompleted, error.ToString());
        demo.Text = await output.Said;
        return demo;
    }

    /// <summary>The lines that begin like this.</summary>
    public IReadOnlyList<string> Calls(string start) =>
        [.. Text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith(start, StringComparison.Ordinal))];

    public async Task<ExitCode> StopAsync()
    {
        await _stop.CancelAsync();
        return await _demo;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
