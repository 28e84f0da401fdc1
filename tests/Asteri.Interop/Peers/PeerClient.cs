using System.Text.Json;
using Asteri.Interop.Cases;

namespace Asteri.Interop.Peers;

/// <summary>A peer's client, run over all cases that it has.</summary>
public static class PeerClient
{
    /// <summary>
    /// The results by case. A case that the program said nothing about has failed, with what it said instead. Over TLS when there is a file with
    /// the certificate that the server is known by.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, CaseResult>> RunAllAsync(Peer peer, string target, string? certificateFile = null)
    {
        string[] trust = certificateFile is null ? [] : ["--ca", certificateFile];
        var run = await PeerProcess.RunAsync(peer.Program, [.. peer.Arguments, "client", "--target", target, "--case", "all", .. trust]);
        var results = Parse(run.Output).ToDictionary(r => r.Case);
        foreach (var name in InteropCase.Common.Select(c => c.Name).Except(peer.ClientLimits.Keys))
        {
            results.TryAdd(name, new(name, CaseResult.Failed, $"no result; exit code {run.ExitCode}; {run.Output}{run.Errors}", 0));
        }

        return results;
    }

    /// <summary>"library version, runtime version".</summary>
    public static async Task<string> VersionAsync(Peer peer) =>
        (await PeerProcess.RunAsync(peer.Program, [.. peer.Arguments, "version"])).Output.Trim();

    /// <summary>The result lines of a client's output; other lines are passed over.</summary>
    public static IEnumerable<CaseResult> Parse(string output) =>
        from line in output.Split('\n')
        where line.StartsWith('{')
        select JsonSerializer.Deserialize<CaseResult>(line);
}
