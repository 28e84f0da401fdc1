using System.CommandLine;
using System.Runtime.InteropServices;
using Asteri.Interop.Matrix;
using Asteri.Interop.Peers;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Commands;

/// <summary><c>matrix --out FILE</c>: runs every pair whose peer is installed and writes the table of what ran.</summary>
internal static class MatrixCommand
{
    public static Command Create()
    {
        Option<FileInfo> output = new("--out") { Required = true, Description = "The Markdown file to write." };
        Command command = new("matrix", "Run all clients against all servers and write the table.") { output };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(output).FullName));
        return command;
    }

    private static async Task<int> RunAsync(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        foreach (var peer in StockPeers.All.Where(p => p.Missing is not null)) { Console.WriteLine($"{peer} left out: {peer.Missing}"); }
        var columns = await InteropMatrix.RunAsync(StockPeers.All);
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await File.WriteAllTextAsync(file, MatrixTable.Render(columns, await VersionsAsync(), day));
        Console.WriteLine($"wrote {file}");
        return columns.All(c => c.Results.Values.All(r => r.HasPassed)) ? 0 : 1;
    }

    private static async Task<IReadOnlyList<string>> VersionsAsync()
    {
        var ours = typeof(RpcChannel).Assembly.GetName().Version!;
        List<string> versions = [$"{InteropMatrix.Ours}: Asteri.Rpc {ours.ToString(3)}, {RuntimeInformation.FrameworkDescription}"];
        foreach (var peer in StockPeers.All)
        {
            versions.Add($"{peer}: {(peer.Missing is { } reason ? $"left out, {reason}" : await PeerClient.VersionAsync(peer))}");
        }

        return versions;
    }
}
