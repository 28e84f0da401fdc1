using System.Diagnostics;
using System.Text.RegularExpressions;
using Asteri.Interop.Peers;

namespace Asteri.Interop.Tests.Store;

/// <summary>`asteri serve` as a process of its own, on free ports, that can be killed without a word.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly string[] Small =
    [
        "Storage:Lanes=2", "Storage:PageBytes=4MiB", "Storage:SegmentBytes=8MiB", "Storage:ValueMemoryBytes=16MiB", "Storage:IndexBytes=1MiB",
        "Storage:MinFreeBytes=1MiB",
    ];

    private readonly Process _process;
    private readonly Task _log;

    private NodeProcess(Process process, string target)
    {
        _process = process;
        _log = process.StandardError.ReadToEndAsync(); // Read on, so that the node never waits for room in the pipe.
        Target = target;
    }

    /// <summary>"host:port" of gRPC.</summary>
    public string Target { get; }

    /// <summary>Starts a node on this data directory, and waits until it has recovered.</summary>
    public static async Task<NodeProcess> StartAsync(string dataDirectory)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "asteri.dll");
        string[] settings = [.. Small.SelectMany(s => new[] { "--set", s })];
        var process = PeerProcess.Start(
            "dotnet", [program, "serve", "--data", dataDirectory, "--http-port", "0", "--grpc-port", "0", .. settings]);
        try
        {
            string target = await ReadTargetAsync(process.StandardError).WaitAsync(TimeSpan.FromSeconds(60));
            return new(process, target);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>The address that the node logs when it listens, once it is ready.</summary>
    private static async Task<string> ReadTargetAsync(StreamReader log)
    {
        List<string> lines = [];
        string target = "";
        while (await log.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (GrpcAddress().Match(line) is { Success: true } address) { target = address.Groups[1].Value; }
            if (line.Contains("Ready after", StringComparison.Ordinal)) { return target; }
        }

        throw new InvalidOperationException($"The node ended before it was ready: {string.Join('\n', lines)}");
    }

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    [GeneratedRegex("Listening:.* gRPC http://([^/]+)/")]
    private static partial Regex GrpcAddress();
}
