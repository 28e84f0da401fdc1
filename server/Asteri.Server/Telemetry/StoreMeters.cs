using Asteri.Engine.Storage;

namespace Asteri.Server.Telemetry;

/// <summary>Gauges of the lanes: state, seqs, entries, bytes; read when somebody looks.</summary>
public static class StoreMeters
{
    /// <summary>Adds the gauges to the node's meter.</summary>
    /// <param name="meters">The node's meters.</param>
    /// <param name="status">The lanes as they stand: <see cref="Store.Status"/>.</param>
    public static void Add(NodeMeters meters, Func<IReadOnlyList<LaneStatus>> status) => throw new NotSupportedException("to be written");
}
