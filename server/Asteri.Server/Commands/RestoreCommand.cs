using System.CommandLine;
using Asteri.Engine.Storage;
using Asteri.Server.Hosting;

namespace Asteri.Server.Commands;

/// <summary><c>asteri restore</c>: makes a data directory of a snapshot, offline.</summary>
internal static class RestoreCommand
{
    public static Command Make(Terminal terminal)
    {
        var command = new Command("restore", "Makes a data directory of a snapshot's directory; no node may use either meanwhile.");
        var snapshot = new Argument<string>("snapshot") { Description = "The snapshot's directory: <Storage:SnapshotDirectory>/<snapshot id>." };
        var target = new Option<string>("--to")
        {
            Description = "The data directory (Storage:Directory) to make; it must hold no store.",
            HelpName = "DIR",
            Required = true,
        };

        command.Arguments.Add(snapshot);
        command.Options.Add(target);
        var output = new OutputArgument(command);
        command.SetAction(async (line, stop) =>
        {
            string from = Path.GetFullPath(line.GetValue(snapshot)!);
            string to = Path.GetFullPath(line.GetValue(target)!);
            if (!Directory.Exists(from))
            {
                await terminal.Error.WriteLineAsync($"asteri: {from}: there is no such directory; 'asteri snapshot list' names the snapshots.");
                return (int)ExitCode.NotFound;
            }

            await Store.RestoreAsync(from, StorageOptions.StoreIn(to), stop);
            await terminal.Error.WriteLineAsync(
                "Restored. The pepper (Security:PepperFile), with which keys are hashed and the audit log is sealed, is in no snapshot: copy it from "
                + "the node's data directory or its backup into the new one; no node starts there without it.");
            output.Write(line, terminal, new Row(("snapshot", from), ("directory", to)));
            return (int)ExitCode.Ok;
        });
        return command;
    }
}
