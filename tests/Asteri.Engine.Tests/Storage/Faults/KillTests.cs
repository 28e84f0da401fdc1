using System.Diagnostics;
using System.Globalization;
using Asteri.Engine.Crash;
using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;
using Xunit.Abstractions;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// Kills a writing process with SIGKILL at random moments, again and again. The next process finds everything that was acknowledged, nothing
/// else but the one batch that each writer had under way, and goes on. <c>ASTERI_LONG</c> multiplies the number of stores that this is done to.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Stores = 6;
    private const int KillsPerStore = 10;
    private const int Writers = 24;
    private const int MinMs = 50;
    private const int MaxMs = 3_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kill_AtAnyMoment_NothingAcknowledgedIsLost()
    {
        long kills = 0, ops = 0;
        for (var seed = 1; seed <= Stores * LongForm.Factor; seed++)
        {
            using var directory = new TempDirectory();
            var random = new Random(seed);
            var lanes = 1 + (seed % 2);
            var acknowledged = new int[Writers];
            for (var kill = 0; kill < KillsPerStore; kill++, kills++)
                await LiveAsync(directory["data"], lanes, seed, acknowledged, TimeSpan.FromMilliseconds(MomentOf(random)));
            ops += await VerifyAsync(directory["data"], lanes, seed, acknowledged);
        }

        output.WriteLine($"{kills} kills, {ops} acknowledged operations");
        Assert.True(ops > 50 * kills, $"only {ops} operations were acknowledged in {kills} lives");
    }

    /// <summary>Mostly short lives, because a kill soon after the start meets recovery.</summary>
    private static int MomentOf(Random random) => MinMs + (int)((MaxMs - MinMs) * Math.Pow(random.NextDouble(), 2));

    /// <summary>One process: it verifies, writes and is killed. Counts what it acknowledged.</summary>
    private static async Task LiveAsync(string directory, int lanes, int seed, int[] acknowledged, TimeSpan life)
    {
        using var process = Start(directory, lanes, seed, acknowledged);
        try
        {
            var first = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            if (first != "ready")
                Assert.Fail($"store of seed {seed}: {first} {await RestAsync(process, first)}");
            var lines = Task.Run(() => CountAsync(process.StandardOutput, acknowledged));
            await Task.Delay(life);
            process.Kill();
            await lines.WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    /// <summary>Reads to the end: what the process wrote before it died is still in the pipe.</summary>
    private static async Task CountAsync(StreamReader lines, int[] acknowledged)
    {
        while (await lines.ReadLineAsync() is { } line)
            acknowledged[int.Parse(line, CultureInfo.InvariantCulture)]++;
    }

    private static async Task<string> RestAsync(Process process, string? first) =>
        first is null ? await process.StandardError.ReadToEndAsync() : await process.StandardOutput.ReadToEndAsync();

    private static async Task<long> VerifyAsync(string directory, int lanes, int seed, int[] acknowledged)
    {
        var writers = acknowledged.Select((batches, number) =>
        {
            var writer = new Writer(Program.ShapeOf(seed, Writers), number);
            writer.Skip(batches);
            return writer;
        }).ToArray();
        await using var store = await Store.OpenAsync(Program.OptionsOf(directory, lanes));
        Assert.Empty(new Verification(store, Program.Things, lanes).Faults(writers));
        return writers.Sum(writer => writer.AcknowledgedOps);
    }

    private static Process Start(string directory, int lanes, int seed, int[] acknowledged)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.ChangeExtension(typeof(Program).Assembly.Location, ".dll"));
        start.ArgumentList.Add(directory);
        foreach (var number in (int[])[lanes, seed, Writers, .. acknowledged])
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }
}
