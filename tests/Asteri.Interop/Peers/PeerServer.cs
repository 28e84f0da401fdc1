using System.Diagnostics;
using System.Text;

namespace Asteri.Interop.Peers;

/// <summary>A peer's server, as a process that ends with this one: it is attached to our end of its standard input.</summary>
public sealed class PeerServer : IAsyncDisposable
{
    private const string Greeting = "listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private PeerServer(Process process) => _process = process;

    /// <summary>"host:port".</summary>
    public string Target { get; private set; } = "";

    /// <summary>What the server wrote to its standard error, and how it ended when it is gone: for the report of a failed case.</summary>
    public string Words
    {
        get
        {
            var ending = _process.HasExited ? $"The server has ended with code {_process.ExitCode}. " : "";
            lock (_errors) { return ending + _errors.ToString().Trim(); }
        }
    }

    /// <summary>Starts the peer's server on this port; 0 takes a free one.</summary>
    public static async Task<PeerServer> StartAsync(Peer peer, int port = 0)
    {
        PeerServer server = new(PeerProcess.Start(peer.Program, [.. peer.Arguments, "serve", "--port", $"{port}", "--attached"]));
        server._process.ErrorDataReceived += (_, line) => { lock (server._errors) { server._errors.AppendLine(line.Data); } };
        server._process.BeginErrorReadLine();
        try
        {
            var line = await server._process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            server.Target = line?.StartsWith(Greeting, StringComparison.Ordinal) == true
                ? line[Greeting.Length..]
                : throw new InvalidOperationException($"{peer.Name}'s server said '{line}' instead of '{Greeting}host:port'. {server.Words}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
