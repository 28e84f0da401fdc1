using System.CommandLine;
using Asteri.Interop.Service;

namespace Asteri.Interop.Commands;

/// <summary><c>serve --port N [--attached]</c>: TestService on our server, until it is asked to stop or, attached, standard input ends.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "Loopback port; 0 takes a free one." };
        Option<bool> attached = new("--attached") { Description = "End when standard input does." };
        Command command = new("serve", "Serve grpc.testing.TestService.") { port, attached };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await TestHost.StartAsync(parsed.GetValue(port));
            Console.WriteLine($"listening on {host.Target}");
            await (parsed.GetValue(attached) ? Console.In.ReadToEndAsync(cancellation) : host.WaitForShutdownAsync(cancellation));
            return 0;
        });
        return command;
    }
}
