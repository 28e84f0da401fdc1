using System.CommandLine;
using Asteri.Rpc.Client;
using Asteri.V1;

namespace Asteri.Server.Commands;

/// <summary><c>asteri snapshot</c>: copies of a running node's store, made by the node in its own directory.</summary>
internal static class SnapshotCommand
{
    public static Command Make(Terminal terminal) => new("snapshot", "Makes and lists snapshots of a running node, in its Storage:SnapshotDirectory.")
    {
        MakeCreate(terminal), MakeList(terminal),
    };

    private static Command MakeCreate(Terminal terminal)
    {
        var command = new Command("create", "Makes a consistent copy of the whole store while the node goes on.");
        var requestId = new Option<string>("--request-id") { Description = "The same id again is the same snapshot." };
        command.Options.Add(requestId);
        var server = new ServerArguments(command);
        var output = new OutputArgument(command);
        command.SetAction(async (line, stop) =>
        {
            using var channel = server.Connect(line, terminal);
            var method = AdminReflection.Descriptor.Services[0].FindMethodByName("CreateSnapshot");
            var options = new CallOptions { Cancellation = stop, Timeout = Timeout.InfiniteTimeSpan };
            await using var call = channel.Start<CreateSnapshotRequest, CreateSnapshotResponse>(method, options);
            await call.WriteAsync(new() { RequestId = line.GetValue(requestId) ?? "" });
            await call.CompleteAsync();
            SnapshotInfo? made = null;
            await foreach (var step in call.ReadAllAsync(stop))
            {
                await terminal.Error.WriteLineAsync($"{step.BytesDone:N0} of {step.BytesTotal:N0} bytes");
                made = step.Snapshot ?? made;
            }

            if (made is null) { throw new IOException("The node ended the call without a snapshot."); }
            output.Write(line, terminal, RowOf(made));
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command MakeList(Terminal terminal)
    {
        var command = new Command("list", "Lists the node's snapshots, oldest first.");
        var server = new ServerArguments(command);
        var output = new OutputArgument(command);
        command.SetAction(async (line, stop) =>
        {
            using var channel = server.Connect(line, terminal);
            var method = AdminReflection.Descriptor.Services[0].FindMethodByName("ListSnapshots");
            var reply = await channel.UnaryAsync<ListSnapshotsRequest, ListSnapshotsResponse>(method, new(), new CallOptions { Cancellation = stop });
            output.Write(line, terminal, [.. reply.Snapshots.Select(RowOf)]);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Row RowOf(SnapshotInfo snapshot) =>
        new(("snapshot_id", snapshot.SnapshotId), ("created_at", snapshot.CreatedAt.ToDateTimeOffset()), ("bytes", snapshot.Bytes));
}
