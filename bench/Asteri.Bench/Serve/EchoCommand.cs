using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Asteri.Bench.Wire;
using Google.Protobuf;
using Spectre.Console;

namespace Asteri.Bench.Serve;

/// <summary><c>asteri-bench echo</c>: unary calls a second against a bare Kestrel POST that echoes the same bytes.</summary>
internal static class EchoCommand
{
    /// <summary>The JIT's: it looks at hot code for a while before it compiles it well.</summary>
    private const int WarmUpRounds = 20;

    private static readonly int[] Sizes = [32, 1_024];

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of each side, in turn.", DefaultValueFactory = _ => 60 };

    private static readonly Option<double> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 0.1 };

    private static readonly Option<int> Connections = new("--connections") { Description = "HTTP/2 connections.", DefaultValueFactory = _ => 4 };

    private static readonly Option<int> Streams = new("--streams")
    {
        Description = "Calls under way on each connection.",
        DefaultValueFactory = _ => 16,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "JSON on standard output instead of a table." };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Build()
    {
        var command = new Command("echo", "Unary echo against a bare Kestrel HTTP/2 POST: same bytes, same client, rounds in turn.")
        {
            Rounds, Seconds, Connections, Streams, Json,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var bare = await EchoServer.StartBareAsync();
        await using var asteri = await EchoServer.StartAsteriAsync();
        using var driver = new EchoDriver(parsed.GetValue(Connections), parsed.GetValue(Streams));
        var duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds));
        var figures = new List<EchoFigure>();
        foreach (int size in Sizes) { figures.Add(await MeasureAsync(driver, (bare, asteri), size, parsed.GetValue(Rounds), duration)); }
        if (parsed.GetValue(Json)) { WriteJson(figures); }
        else { WriteTable(figures); }
        return 0;
    }

    private static async Task<EchoFigure> MeasureAsync(
        EchoDriver driver, (EchoServer Bare, EchoServer Asteri) servers, int size, int rounds, TimeSpan duration)
    {
        byte[] body = Frame(size);
        for (int i = 0; i < WarmUpRounds; i++)
        {
            await driver.RunAsync(servers.Bare.Target, body, duration);
            await driver.RunAsync(servers.Asteri.Target, body, duration);
        }

        List<EchoRound> bare = [], asteri = [];
        for (int round = 0; round < rounds; round++)
        {
            bare.Add(await driver.RunAsync(servers.Bare.Target, body, duration));
            asteri.Add(await driver.RunAsync(servers.Asteri.Target, body, duration));
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{size,5} bytes, round {round + 1}: bare {bare[^1].CallsPerSecond:N0}, asteri {asteri[^1].CallsPerSecond:N0} calls/s"));
        }

        return new(size, bare, asteri);
    }

    /// <summary>A gRPC frame around a message of exactly <paramref name="size"/> encoded bytes.</summary>
    private static byte[] Frame(int size)
    {
        int payload = size;
        while (Message(payload).CalculateSize() > size) { payload--; }
        byte[] message = Message(payload).ToByteArray();
        return message.Length == size
            ? [0, 0, 0, (byte)(size >> 8), (byte)size, .. message]
            : throw new InvalidOperationException($"No message with one bytes field is {size} bytes long.");
    }

    private static Bytes Message(int payload)
    {
        byte[] noise = new byte[payload];
        new Random(payload).NextBytes(noise);
        return new() { Value = ByteString.CopyFrom(noise) };
    }

    private static void WriteTable(IEnumerable<EchoFigure> figures)
    {
        var table = new Table().AddColumns("", "bare", "asteri", "ratio");
        foreach (var f in figures)
        {
            Add($"{f.Bytes:N0} bytes: calls/s, best round", f.BareBest, f.AsteriBest, f.RatioOfBest);
            Add("calls/s, median round", f.BareMedian, f.AsteriMedian, f.RatioOfNeighbours);
            Add("CPU µs a call, both ends", f.BareCpuMicroseconds, f.AsteriCpuMicroseconds, f.AsteriCpuMicroseconds / f.BareCpuMicroseconds);
            Add("bytes allocated a call, both ends", f.BareAllocatedBytes, f.AsteriAllocatedBytes, f.AsteriAllocatedBytes / f.BareAllocatedBytes);
        }

        AnsiConsole.Write(table);
        void Add(string what, double bare, double asteri, double ratio) => table.AddRow(what, Number(bare), Number(asteri), Number(ratio));
    }

    private static string Number(double value) => value.ToString(value < 100 ? "N2" : "N0", CultureInfo.InvariantCulture);

    private static void WriteJson(IReadOnlyList<EchoFigure> figures) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            figure = "echo",
            runtime = RuntimeInformation.FrameworkDescription,
            os = RuntimeInformation.OSDescription,
            cores = Environment.ProcessorCount,
            sizes = figures,
        },
        Indented));
}
