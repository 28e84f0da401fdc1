using System.CommandLine;
using Asteri.Rpc.Client;
using Grpc.Health.V1;

namespace Asteri.Server.Commands;

/// <summary><c>asteri health</c>: asks a node whether it is ready; the exit code is the answer, for probes.</summary>
internal static class HealthCommand
{
    public static Command Make(Terminal terminal)
    {
        var command = new Command("health", "Asks a node whether it is ready: exit code 0, or 5 when it is not or does not answer.");
        var server = new ServerArguments(command);
        var output = new OutputArgument(command);
        command.SetAction(async (line, stop) =>
        {
            using var channel = server.Connect(line, terminal);
            var check = HealthReflection.Descriptor.Services[0].FindMethodByName("Check");
            var answer = await channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(check, new(), new CallOptions { Cancellation = stop });
            bool serving = answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
            output.Write(line, terminal, new Row(("status", serving ? "serving" : "not serving")));
            return (int)(serving ? ExitCode.Ok : ExitCode.Unavailable);
        });
        return command;
    }
}
