using System.Diagnostics;
using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Documents;

/// <summary>
/// A bash in an empty directory in which the README's commands mean what they say, without building again: a `dotnet` of its own stands first
/// on the path and hands `run --project P -- args` to the P that was built with this test. The checkout's folders are there as links.
/// </summary>
internal sealed class ReadmeShell : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-readme-").FullName;

    public ReadmeShell()
    {
        foreach (string folder in (string[])["engine", "server", "tests", "bench"])
        {
            Directory.CreateSymbolicLink(Path.Combine(_directory, folder), Path.Combine(Repository.Root, folder));
        }

        string bin = Directory.CreateDirectory(Path.Combine(_directory, "bin")).FullName;
        string built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string script = $$"""
            #!/usr/bin/env bash
            if [ "$1" = test ]; then echo "these are the tests"; exit 0; fi
            while [ "$1" != --project ]; do shift; done
            project=$(basename "$2"); shift 3
            case "$project" in Asteri.Server) name=asteri ;; Asteri.Bench) name=asteri-bench ;; *) name=$project ;; esac
            exec "{{Environment.ProcessPath}}" "{{built}}/$project/{{configuration}}/$name.dll" "$@"
            """;
        File.WriteAllText(Path.Combine(bin, "dotnet"), script.Replace("\r", "", StringComparison.Ordinal));
        File.SetUnixFileMode(Path.Combine(bin, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Starts a block that goes on until it is disposed; returns when <paramref name="readyWhen"/> answers 200.</summary>
    public async Task<IAsyncDisposable> StartAsync(MarkdownBlock block, Uri readyWhen, TimeSpan patience)
    {
        var process = Start($"exec {block.Text}");
        var running = new RunningBlock(process, block);
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            if (process.HasExited) { throw new InvalidOperationException($"README line {block.Line} ended at once: {await running.PrintedAsync()}"); }
            try
            {
                using var answer = await client.GetAsync(readyWhen, limit.Token);
                if (answer.IsSuccessStatusCode) { return running; }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    /// <summary>Runs a block to its end and returns what it printed on stdout.</summary>
    public async Task<string> RunAsync(MarkdownBlock block, TimeSpan patience)
    {
        using var process = Start(block.Text);
        using var limit = new CancellationTokenSource(patience);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        string printed = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"README line {block.Line} exits with {process.ExitCode}:\n{block.Text}\n{printed}\n{await errors}");
        return printed;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Process Start(string commands)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-euo", "pipefail", "-c", commands },
        };
        start.Environment["PATH"] = $"{Path.Combine(_directory, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    private sealed class RunningBlock(Process process, MarkdownBlock block) : IAsyncDisposable
    {
        private readonly Task<string> _printed = process.StandardOutput.ReadToEndAsync();
        private readonly Task<string> _errors = process.StandardError.ReadToEndAsync();

        public async Task<string> PrintedAsync() => await _printed + await _errors;

        public async ValueTask DisposeAsync()
        {
            using (process)
            {
                Assert.False(process.HasExited, $"README line {block.Line} ended before the test did.");
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }
}
