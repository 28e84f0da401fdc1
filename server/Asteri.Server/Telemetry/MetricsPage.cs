using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Asteri.Server.Telemetry;

/// <summary>
/// The page /metrics: every instrument of the node, of the runtime and of Kestrel, as Prometheus text 0.0.4. Collects from its making to its
/// disposal.
/// </summary>
public sealed class MetricsPage : IDisposable
{
    /// <summary>Meters of the framework that are shown as well.</summary>
    internal static readonly HashSet<string> Framework = ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _page = new();
    private readonly Meter _own;
    private readonly Counter<long> _faults;
    /// <summary>Owner: <see cref="_page"/>.</summary>
    private long _turn;

    /// <param name="meters">The node's own meter; another node's in the same process is left out.</param>
    public MetricsPage(NodeMeters meters)
    {
        _own = meters.Meter;
        _faults = _own.CreateCounter<long>("asteri.metrics.faults", "{fault}", "Gauges that could not be read when the page was asked for.");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            bool shown = ReferenceEquals(instrument.Meter, _own) || Framework.Contains(instrument.Meter.Name);
            if (shown && FamilyOf(instrument) is { } family) { listener.EnableMeasurementEvents(instrument, family); }
        };
        Listen<byte>(v => v);
        Listen<short>(v => v);
        Listen<int>(v => v);
        Listen<long>(v => v);
        Listen<float>(v => v);
        Listen<double>(v => v);
        Listen<decimal>(v => (double)v);
        _listener.Start();
    }

    /// <summary>Answers a request for the page. Whether the caller may see it, the route guard has decided.</summary>
    public Task ServeAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return http.Response.WriteAsync(Render());
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>The page's text. One at a time: an observed value belongs to the turn of the page that asked for it.</summary>
    internal string Render()
    {
        lock (_page)
        {
            _turn++;
            try { _listener.RecordObservableInstruments(); }
            catch (AggregateException faults) { _faults.Add(faults.InnerExceptions.Count); }

            var text = new StringBuilder(16 << 10);
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) { family.Write(text, _turn); }
            return text.ToString();
        }
    }

    private void Listen<T>(Func<T, double> toDouble)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>(
            (_, value, tags, family) => ((MetricFamily)family!).Record(toDouble(value), tags, Volatile.Read(ref _turn)));

    /// <summary>Instruments whose names become the same share a family when they are of a kind; the second of another kind is left out.</summary>
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        if (InstrumentShape.Of(instrument) is not { } shape) { return null; }
        var made = new MetricFamily(MetricName.Of(instrument.Name, instrument.Unit, shape.Kind), instrument.Description ?? instrument.Name, shape);
        var family = _families.GetOrAdd(made.Name, made);
        return family.Kind == shape.Kind ? family : null;
    }
}
