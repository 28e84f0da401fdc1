using System.Diagnostics.Metrics;
using Asteri.Engine.Storage;

namespace Asteri.Server.Telemetry;

/// <summary>Gauges of the lanes: state, seqs, entries, bytes; read when somebody looks.</summary>
public static class StoreMeters
{
    /// <summary>Adds the gauges to the node's meter.</summary>
    /// <param name="meters">The node's meters.</param>
    /// <param name="status">The lanes as they stand: <see cref="Store.Status"/>.</param>
    /// <param name="freeBytes">What is left on the store's disk.</param>
    public static void Add(NodeMeters meters, Func<IReadOnlyList<LaneStatus>> status, Func<long> freeBytes)
    {
        meters.Meter.CreateObservableGauge("asteri.store.free", freeBytes, "By", "Bytes left on the store's disk.");
        meters.Meter.CreateObservableGauge(
            "asteri.store.lane.state", () => status().SelectMany(States), "1", "1 for the state that a lane is in, 0 for the others.");
        Gauge("asteri.store.lane.entries", "{entry}", "Entries that a lane holds.", l => l.Entries);
        Gauge("asteri.store.lane.last_seq", "{operation}", "Seq of a lane's last operation.", l => (long)l.LastSeq);
        Gauge("asteri.store.lane.checkpoint_seq", "{operation}", "Seq that a lane's last checkpoint holds.", l => (long)l.CheckpointSeq);
        Gauge("asteri.store.lane.log", "By", "Bytes of a lane's log.", l => l.LogBytes);
        Gauge("asteri.store.lane.values", "By", "Bytes of a lane's value store.", l => l.ValueBytes);

        void Gauge(string name, string unit, string description, Func<LaneStatus, long> value) =>
            meters.Meter.CreateObservableGauge(name, () => status().Select(l => new Measurement<long>(value(l), Tag(l))), unit, description);
    }

    private static IEnumerable<Measurement<long>> States(LaneStatus lane) => Enum.GetValues<LaneState>()
        .Select(state => new Measurement<long>(lane.State == state ? 1 : 0, Tag(lane), new("state", state.ToString())));

    private static KeyValuePair<string, object?> Tag(LaneStatus lane) => new("lane", lane.Lane);
}
