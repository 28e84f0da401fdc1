using System.CommandLine;

namespace Asteri.Server.Commands;

/// <summary><c>asteri config</c>: what is in force and where it comes from. <c>asteri config check</c>: whether a node would start with it.</summary>
internal static class ConfigCommand
{
    public static Command Make(Terminal terminal)
    {
        var command = new Command("config", "Prints every setting with the value in force and its source; secrets are hidden.");
        var configuration = new ConfigurationArguments(command);
        var output = new OutputArgument(command);
        command.SetAction(line =>
        {
            var bound = configuration.Bind(line, terminal);
            output.Write(line, terminal, [.. bound.Effective.Select(e => new Row(("key", e.Key), ("value", e.Value), ("source", e.Source)))]);
            return (int)ExitCode.Ok;
        });
        command.Subcommands.Add(MakeCheck(terminal));
        return command;
    }

    private static Command MakeCheck(Terminal terminal)
    {
        var check = new Command("check", "Says whether a node would start with this configuration; names every fault.");
        var configuration = new ConfigurationArguments(check);
        check.SetAction(line =>
        {
            int settings = configuration.Bind(line, terminal).Effective.Count;
            terminal.Error.WriteLine($"The configuration is sound: {settings} settings.");
            return (int)ExitCode.Ok;
        });
        return check;
    }
}
