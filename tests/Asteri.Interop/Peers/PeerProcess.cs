using System.Diagnostics;

namespace Asteri.Interop.Peers;

/// <summary>How a program ended.</summary>
public sealed record Finished(int ExitCode, string Output, string Errors);

/// <summary>Runs a peer's program.</summary>
internal static class PeerProcess
{
    /// <summary>Longer than any run of all cases takes: each case has a deadline of its own.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end; one that takes longer than five minutes is killed.</summary>
    public static async Task<Finished> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(Limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit.TotalMinutes} minutes.");
        }

        return new(process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    }) ?? throw new InvalidOperationException($"{program} did not start.");
}
