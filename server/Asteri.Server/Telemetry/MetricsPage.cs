namespace Asteri.Server.Telemetry;

/// <summary>The page /metrics: every instrument of the node, of the runtime and of Kestrel, as Prometheus text 0.0.4. Collects from its making to its disposal.</summary>
public sealed class MetricsPage : IDisposable
{
    /// <summary>Answers a request for the page. Whether the caller may see it, the route guard has decided.</summary>
    public Task ServeAsync(HttpContext http) => throw new NotSupportedException("to be written");

    public void Dispose()
    {
    }
}
