using System.Diagnostics.Metrics;

namespace Asteri.Server.Admission;

/// <summary>The room's instruments: limit, calls in work and waiting, refusals by reason, time in the queue, memory.</summary>
internal sealed class AdmissionMeters(Meter meter)
{
    private readonly Counter<long> _refused = meter.CreateCounter<long>("asteri.admission.refused", "{call}", "Calls that were not let in.");

    /// <summary>How long calls waited that had to.</summary>
    public Histogram<double> Waited { get; } = meter.CreateHistogram(
        "asteri.admission.wait",
        "s",
        "Time in the queue, of calls that had to wait.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1] });

    public void CountRefusal(string share, Refusal refusal) => _refused.Add(1, new("share", share), new("reason", refusal.ToString()));

    public void Watch(MemoryBudget memory, IReadOnlyCollection<(AdmissionShare Work, StreamCount Streams)> shares)
    {
        Gauge("asteri.admission.limit", "{call}", "Calls that may be in work.", s => s.Limit);
        Gauge("asteri.admission.in_flight", "{call}", "Calls in work.", s => s.InFlight);
        Gauge("asteri.admission.waiting", "{call}", "Calls that wait.", s => s.Waiting);
        Gauge("asteri.admission.overloaded", "1", "1 while the queue sheds calls.", s => s.IsOverloaded ? 1 : 0);
        meter.CreateObservableGauge("asteri.admission.streams", () => shares.Select(s => Of(s.Work, s.Streams.Open)), "{stream}", "Open streams.");
        meter.CreateObservableGauge("asteri.admission.memory", () => memory.ChargedBytes, "By", "Memory set aside for the requests in work.");
        meter.CreateObservableGauge("asteri.admission.memory.limit", () => memory.LimitBytes, "By", "Memory that requests in work may need.");

        void Gauge(string name, string unit, string description, Func<ShareStatus, int> value) =>
            meter.CreateObservableGauge(name, () => shares.Select(s => Of(s.Work, value(s.Work.Status))), unit, description);
    }

    private static Measurement<int> Of(AdmissionShare share, int value) => new(value, new KeyValuePair<string, object?>("share", share.Name));
}
