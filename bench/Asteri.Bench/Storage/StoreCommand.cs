using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace Asteri.Bench.Storage;

/// <summary>
/// <c>asteri-bench store</c>: durable batches against bare FASTER, one client against one synced append, and the time to ready after kill -9.
/// </summary>
internal static class StoreCommand
{
    private static readonly Option<string> DirectoryOption = new("--directory")
    {
        Description = "Where to measure: the disk that matters.",
        DefaultValueFactory = _ => ".",
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds of each side, in turn.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<int> BatchDocuments = new("--batch-documents")
    {
        Description = "Documents of a round of batches.",
        DefaultValueFactory = _ => 200_000,
    };

    private static readonly Option<int> Writes = new("--writes")
    {
        Description = "Writes of the one client.",
        DefaultValueFactory = _ => 2_000,
    };

    private static readonly Option<int> FillDocuments = new("--documents")
    {
        Description = "Documents before the kill.",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Some of: batches, client, recovery.",
        DefaultValueFactory = _ => ["batches", "client", "recovery"],
    };

    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Also write the figures into this file." };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Build()
    {
        var command = new Command("store", "The store against its yardsticks.")
        {
            DirectoryOption, Rounds, BatchDocuments, Writes, FillDocuments, Only, Json,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    /// <summary>The process that the recovery figure kills.</summary>
    public static Command BuildFill()
    {
        var command = new Command("store-fill", "Writes documents until it is killed.") { DirectoryOption, FillDocuments };
        command.Hidden = true;
        command.SetAction((parsed, _) => StoreRounds.FillAsync(parsed.GetValue(DirectoryOption)!, parsed.GetValue(FillDocuments)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var rounds = new StoreRounds(Path.GetFullPath(parsed.GetValue(DirectoryOption)!));
        var only = parsed.GetValue(Only)!;
        var batches = new List<BatchFigure>();
        foreach (var writers in only.Contains("batches") ? new[] { 1, 8 } : [])
            batches.Add(await rounds.BatchesAsync(writers, parsed.GetValue(Rounds), parsed.GetValue(BatchDocuments)));
        var client = only.Contains("client") ? await rounds.OneClientAsync(parsed.GetValue(Writes)) : null;
        var recovery = only.Contains("recovery") ? await rounds.RecoveryAsync(parsed.GetValue(FillDocuments)) : null;
        var figures = new StoreFigures(
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}",
            RuntimeInformation.FrameworkDescription,
            batches,
            client,
            recovery);
        WriteTable(figures);
        if (parsed.GetValue(Json) is { } file)
            await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(figures, Indented));
        return recovery is { } found && found.Found != found.Documents ? 1 : 0;
    }

    private static void WriteTable(StoreFigures figures)
    {
        var table = new Table().AddColumns("figure", "yardstick", "asteri", "ratio", "aim");
        foreach (var batch in figures.Batches)
        {
            var name = $"{batch.Writers} writers, batches of {batch.BatchDocuments} × 1 KiB, documents/s";
            table.AddRow(name, $"{batch.BareMedian:N0}", $"{batch.AsteriMedian:N0}", Ratio(batch.Ratio), "≥ 0.85");
            table.AddRow("its processor time a document, µs", $"{batch.BareCpu:N1}", $"{batch.AsteriCpu:N1}", "", "");
        }

        if (figures.OneClient is { } client)
            table.AddRow("one client, p50 ms", $"{client.AppendP50:N3}", $"{client.AsteriP50:N3}", Ratio(client.Ratio), "≤ 2.5");
        if (figures.Recovery is { } recovery)
            table.AddRow($"{recovery.Documents:N0} × 1 KiB, kill -9, seconds to ready", "", $"{recovery.ReadySeconds:N2}", "", "≤ 5");
        AnsiConsole.Write(table);
    }

    private static string Ratio(double ratio) => ratio.ToString("N2", CultureInfo.InvariantCulture);
}
