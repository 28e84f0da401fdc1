using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Asteri.Rpc.Client;

namespace Asteri.Server.Tests.Hosting;

/// <summary>A real <c>asteri serve</c>, to be killed.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _grpc = "";

    private NodeProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"The node ended before it was ready:\n{Log}"));
    }

    /// <summary>Everything that it wrote on its standard error.</summary>
    public string Log => string.Join('\n', _lines);

    public Uri GrpcAddress => new(_grpc);

    public static async Task<NodeProcess> StartAsync(string directory, params string[] more)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "asteri.dll");
        var start = new ProcessStartInfo("dotnet", [program, "serve", .. TestNode.Arguments(directory), .. more])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };

        var node = new NodeProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        node._process.Start();
        node._process.BeginErrorReadLine();
        node._process.BeginOutputReadLine();
        await node._ready.Task.WaitAsync(Patience);
        return node;
    }

    public RpcChannel Connect() => new(GrpcAddress, new() { DefaultTimeout = TimeSpan.FromSeconds(20) });

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) { await KillAsync(); }
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null) { return; }
        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } listening) { _grpc = listening.Groups[1].Value; }
        if (line.Contains("Ready after", StringComparison.Ordinal)) { _ready.TrySetResult(line); }
    }

    [GeneratedRegex("gRPC (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
