using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Asteri.Server.Commands;

/// <summary>Writes rows in the format asked for; a table is drawn for people, and is plain columns in a pipe.</summary>
internal static class RowWriter
{
    private static readonly JsonSerializerOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Lines) { WriteIndented = true };

    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<Row> rows)
    {
        switch (format)
        {
            case OutputFormat.Json:
                terminal.Out.WriteLine(new JsonArray([.. rows.Select(r => r.ToJson())]).ToJsonString(Indented));
                break;
            case OutputFormat.Jsonl:
                foreach (var row in rows) { terminal.Out.WriteLine(row.ToJson().ToJsonString(Lines)); }
                break;
            case OutputFormat.Csv:
                WriteCsv(terminal.Out, rows);
                break;
            case OutputFormat.Table when terminal.IsInteractive:
                Draw(terminal.Out, rows);
                break;
            default:
                WriteColumns(terminal.Out, rows);
                break;
        }
    }

    private static void WriteCsv(TextWriter writer, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0) { return; }
        writer.Write(string.Join(',', rows[0].Cells.Select(c => Quoted(c.Name))) + "\r\n");
        foreach (var row in rows) { writer.Write(string.Join(',', row.Cells.Select(c => Quoted(Row.Text(c.Value)))) + "\r\n"); }
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void WriteColumns(TextWriter writer, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0) { return; }
        string[][] lines = [[.. rows[0].Cells.Select(c => c.Name)], .. rows.Select(r => r.Cells.Select(c => Row.Text(c.Value)).ToArray())];
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            writer.WriteLine(string.Join("  ", line.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static void Draw(TextWriter writer, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0) { return; }
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (name, _) in rows[0].Cells) { table.AddColumn(new TableColumn(Markup.Escape(name)).NoWrap()); }
        foreach (var row in rows) { table.AddRow([.. row.Cells.Select(c => Markup.Escape(Row.Text(c.Value)))]); }
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }).Write(table);
    }
}
