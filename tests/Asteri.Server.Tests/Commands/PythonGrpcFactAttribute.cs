using System.Diagnostics;

namespace Asteri.Server.Tests.Commands;

/// <summary>A test that needs a stock gRPC client of Python.</summary>
internal sealed class PythonGrpcFactAttribute : FactAttribute
{
    /// <summary>Debian's package is for Debian's own Python, which need not be the first on the path.</summary>
    public static string? Python { get; } = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasGrpc);

    public PythonGrpcFactAttribute()
    {
        if (Python is null) { Skip = "No Python here has grpcio (Debian: package python3-grpcio)."; }
    }

    private static bool HasGrpc(string python)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{python} -c 'import grpc' >/dev/null 2>&1"]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
