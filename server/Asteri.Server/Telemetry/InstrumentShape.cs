using System.Diagnostics.Metrics;

namespace Asteri.Server.Telemetry;

/// <summary>What Prometheus makes of an instrument.</summary>
internal enum MetricKind
{
    /// <summary>Grows; values add up, or are absolute where the instrument is observed.</summary>
    Counter,
    /// <summary>Goes up and down; values add up, or are absolute where the instrument is observed.</summary>
    UpDown,
    /// <summary>The last value counts.</summary>
    Gauge,
    Histogram,
}

/// <summary>The kind of an instrument, and how its values are meant: added up, or absolute.</summary>
internal sealed record InstrumentShape(MetricKind Kind, bool IsAbsolute, double[] Buckets)
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] Plain = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

    /// <summary>The value is asked for by the page, and is of that moment.</summary>
    public bool IsObserved { get; private init; }

    /// <summary>
    /// The kind by the instrument's class; a histogram's buckets by its advice, or OpenTelemetry's defaults for its unit. Null: an instrument of a
    /// class that is not known.
    /// </summary>
    public static InstrumentShape? Of(Instrument instrument)
    {
        var shape = Of<long>(instrument) ?? Of<double>(instrument) ?? Of<int>(instrument) ?? Of<float>(instrument)
            ?? Of<byte>(instrument) ?? Of<short>(instrument) ?? Of<decimal>(instrument);
        return shape is null ? null : shape with { IsObserved = instrument.IsObservable };
    }

    private static InstrumentShape? Of<T>(Instrument instrument)
        where T : struct => instrument switch
        {
            Histogram<T> histogram => new(MetricKind.Histogram, false, Advised(histogram.Advice) ?? (instrument.Unit == "s" ? Seconds : Plain)),
            Counter<T> => new(MetricKind.Counter, false, []),
            ObservableCounter<T> => new(MetricKind.Counter, true, []),
            UpDownCounter<T> => new(MetricKind.UpDown, false, []),
            ObservableUpDownCounter<T> => new(MetricKind.UpDown, true, []),
            Gauge<T> or ObservableGauge<T> => new(MetricKind.Gauge, true, []),
            _ => null,
        };

    private static double[]? Advised<T>(InstrumentAdvice<T>? advice)
        where T : struct => advice?.HistogramBucketBoundaries is { Count: > 0 } boundaries
            ? [.. boundaries.Select(b => Convert.ToDouble(b, System.Globalization.CultureInfo.InvariantCulture))]
            : null;
}
