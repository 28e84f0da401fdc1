using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Asteri.Server.Telemetry;

/// <summary>Sends traces and metrics to the configured collector, in the background, until it is disposed; the last ones are sent then.</summary>
public sealed class OtlpExport : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(OtlpOptions options, string version)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("asteri", serviceVersion: version);
        var sampler = new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracePercent / 100d));
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(NodeMeters.Name)
            .SetSampler(sampler)
            .AddOtlpExporter(exporter => Configure(exporter, options, "traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter([NodeMeters.Name, .. MetricsPage.Framework])
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, options, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsInterval.TotalMilliseconds;
            })
            .Build();
    }

    /// <summary>Starts the export; null where no endpoint is configured.</summary>
    public static OtlpExport? Start(OtlpOptions options, string version) => options.Endpoint.Length == 0 ? null : new(options, version);

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static void Configure(OtlpExporterOptions exporter, OtlpOptions options, string signal)
    {
        // An endpoint that is set in code is used as it stands: the signal's path is not added for it.
        exporter.Endpoint = new($"{options.Endpoint.TrimEnd('/')}/v1/{signal}");
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        if (options.Headers.Length > 0) { exporter.Headers = options.Headers; }
    }
}
