using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Asteri.Server.Telemetry;

/// <summary>The node's meter and its one activity source; both are named "Asteri.Server".</summary>
public sealed class NodeMeters : IDisposable
{
    public const string Name = "Asteri.Server";

    /// <summary>Spans of calls.</summary>
    public ActivitySource Activities { get; } = new(Name);

    /// <summary>The meter of the node's own instruments.</summary>
    public Meter Meter { get; } = new(Name);

    public void Dispose()
    {
        Activities.Dispose();
        Meter.Dispose();
    }
}
