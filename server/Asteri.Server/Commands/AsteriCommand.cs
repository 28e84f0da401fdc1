using System.CommandLine;
using System.CommandLine.Invocation;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Settings;

namespace Asteri.Server.Commands;

/// <summary>The command <c>asteri</c>: what a person can type, and how every end of it becomes an exit code.</summary>
internal static class AsteriCommand
{
    /// <summary>Runs a command line to its end.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="terminal">Where it speaks.</param>
    /// <param name="stop">Asks a running command to stop.</param>
    public static async Task<ExitCode> RunAsync(string[] args, Terminal terminal, CancellationToken stop)
    {
        var line = Make(terminal).Parse(args);
        if (line.Action is ParseErrorAction)
        {
            foreach (var error in line.Errors) { await terminal.Error.WriteLineAsync(error.Message); }
            await terminal.Error.WriteLineAsync("'asteri --help' lists the commands, and '--help' behind a command its options.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };

        try
        {
            return (ExitCode)await line.InvokeAsync(configuration, stop);
        }
        catch (Exception e) when (CodeOf(e, stop) is { } code)
        {
            await terminal.Error.WriteLineAsync(e is SettingsException ? e.Message : $"asteri: {e.Message}");
            if (IsDistrust(e)) { await terminal.Error.WriteLineAsync("If the node made its certificate itself, name it by --server-certificate."); }
            return code;
        }
    }

    private static bool IsDistrust(Exception? exception)
    {
        while (exception is not (null or System.Security.Authentication.AuthenticationException)) { exception = exception.InnerException; }
        return exception is not null;
    }

    private static RootCommand Make(Terminal terminal) => new("The Asteri search and recommendation engine: a node, and what its operator needs.")
    {
        ServeCommand.Make(terminal),
        DemoCommand.Make(terminal),
        HealthCommand.Make(terminal),
        ConfigCommand.Make(terminal),
        KeysCommand.Make(terminal),
        SnapshotCommand.Make(terminal),
        RestoreCommand.Make(terminal),
    };

    /// <summary>The code of an end that is expected; null for a fault of ours, which shall show itself whole.</summary>
    private static ExitCode? CodeOf(Exception exception, CancellationToken stop) => exception switch
    {
        SettingsException => ExitCode.Usage,
        RpcException rpc => CodeOf(rpc.Status.Code),
        StoreException { Fault: StoreFault.Invalid } => ExitCode.Usage,
        StoreException or SecurityException or IOException or UnauthorizedAccessException => ExitCode.Failed,
        System.Security.Cryptography.CryptographicException => ExitCode.Failed,
        OperationCanceledException when stop.IsCancellationRequested => ExitCode.Failed,
        _ => null,
    };

    private static ExitCode CodeOf(RpcCode code) => code switch
    {
        RpcCode.InvalidArgument or RpcCode.OutOfRange => ExitCode.Usage,
        RpcCode.NotFound => ExitCode.NotFound,
        RpcCode.Unavailable or RpcCode.DeadlineExceeded => ExitCode.Unavailable,
        RpcCode.Unauthenticated or RpcCode.PermissionDenied => ExitCode.Denied,
        _ => ExitCode.Failed,
    };
}
