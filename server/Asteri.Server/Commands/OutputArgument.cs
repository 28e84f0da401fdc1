using System.CommandLine;
using System.CommandLine.Parsing;

namespace Asteri.Server.Commands;

/// <summary>The option <c>--output</c> of commands that have data.</summary>
internal sealed class OutputArgument
{
    private readonly Option<OutputFormat> _format = new("--output", "-o")
    {
        Description = "table, json, jsonl or csv.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => OutputFormat.Table,
        CustomParser = Parse,
    };

    public OutputArgument(Command command) => command.Options.Add(_format);

    /// <summary>Writes rows as the command line asks.</summary>
    public void Write(ParseResult line, Terminal terminal, params IReadOnlyList<Row> rows) => RowWriter.Write(terminal, line.GetValue(_format), rows);

    private static OutputFormat Parse(ArgumentResult given)
    {
        string text = given.Tokens[0].Value;
        foreach (var format in Enum.GetValues<OutputFormat>())
        {
            if (format.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) { return format; }
        }

        given.AddError($"--output {text}: a format is table, json, jsonl or csv.");
        return default;
    }
}
