using System.Reflection;
using Asteri.Server.Telemetry;

namespace Asteri.Server.Hosting;

/// <summary>What a node has from its first moment to its last, before its store is open and after it is closed.</summary>
internal sealed class NodeSurroundings : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly OtlpExport? _export;

    public NodeSurroundings(NodeOptions options, ILoggerFactory loggers, TextWriter notices, TimeProvider time)
    {
        (Loggers, Notices, Time, StartedAt) = (loggers, notices, time, time.GetUtcNow());
        Metrics = new(Meters);
        _export = OtlpExport.Start(options.Telemetry.Otlp, Version);
    }

    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(NodeSurroundings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public ILoggerFactory Loggers { get; }

    /// <summary>For people: what must be seen once and is no log line.</summary>
    public TextWriter Notices { get; }

    public TimeProvider Time { get; }

    public DateTimeOffset StartedAt { get; }

    public NodeMeters Meters { get; } = new();

    public MetricsPage Metrics { get; }

    /// <summary>Ends when the node begins to stop: what would stay open for ever ends itself.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public void BeginStop() => _stopping.Cancel();

    public void Dispose()
    {
        _export?.Dispose();
        Metrics.Dispose();
        Meters.Dispose();
        _stopping.Dispose();
    }
}
