using System.Text.Json.Nodes;
using Asteri.Server.Commands;

namespace Asteri.Server.Tests.Commands;

/// <summary>One command, run in this process: how it ended and what it said.</summary>
internal sealed record CommandRun(ExitCode Code, string Out, string Error)
{
    /// <summary>The rows of <c>-o jsonl</c>.</summary>
    public IReadOnlyList<JsonNode> Rows => [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    public static Task<CommandRun> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), CancellationToken.None, args);

    public static async Task<CommandRun> RunAsync(IReadOnlyDictionary<string, string> environment, CancellationToken stop, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await AsteriCommand.RunAsync(args, new Terminal(output, TextWriter.Synchronized(error)) { Environment = environment }, stop);
        return new(code, output.ToString(), error.ToString());
    }
}
