using Asteri.Server.Settings;

namespace Asteri.Server.Telemetry;

/// <summary>Export of traces and metrics to a collector, by OTLP over HTTP with protobuf bodies.</summary>
public sealed record OtlpOptions
{
    /// <summary>
    /// The collector's base address, for example http://localhost:4318; "/v1/traces" and "/v1/metrics" are added. Default "": nothing is exported.
    /// </summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Headers of every export, "name=value" separated by commas; for a collector's own key. Secret: never printed.</summary>
    [Secret]
    public string Headers { get; init; } = "";

    /// <summary>Time between two exports of metrics. Default 30 s: dashboards draw minutes.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Per cent of the traces started here that are kept; a caller's own decision, in its traceparent, is followed. Default 10.</summary>
    public int TracePercent { get; init; } = 10;

    internal IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Endpoint != "" && (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            faults.Add($"Telemetry:Otlp:Endpoint is '{Endpoint}'; it must be an http or https address.");
        }

        if (MetricsInterval < TimeSpan.FromSeconds(1) || MetricsInterval > TimeSpan.FromHours(1))
        {
            faults.Add($"Telemetry:Otlp:MetricsInterval is {MetricsInterval:c}; it must be 1 second to 1 hour.");
        }

        if (TracePercent is < 0 or > 100) { faults.Add($"Telemetry:Otlp:TracePercent is {TracePercent}; it must be 0 to 100."); }
        return faults;
    }
}
