using System.CommandLine;
using Asteri.Server.Hosting;

namespace Asteri.Server.Commands;

/// <summary><c>asteri serve</c>: a node, until it is asked to stop.</summary>
internal static class ServeCommand
{
    public static Command Make(Terminal terminal)
    {
        var command = new Command("serve", "Runs a node until it gets SIGTERM or Ctrl-C.");
        var configuration = new ConfigurationArguments(command);
        command.SetAction(async (line, stop) =>
        {
            await using var node = await Node.StartAsync(configuration.Bind(line, terminal), terminal.Error, TimeProvider.System);
            await RunAsync(node, stop);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Runs until the stop, or until the store turns out not to open.</summary>
    public static async Task RunAsync(Node node, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(() => stopped.TrySetResult()))
        {
            await await Task.WhenAny(stopped.Task, node.Opened);
            await stopped.Task;
        }

        await node.StopAsync();
    }
}
