using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Crash.Plan;

/// <summary>
/// Compares a store with what its writers were told. Every acknowledged batch must be there; of the one batch of each writer that was under
/// way, in each lane all or nothing; nothing else may be there.
/// </summary>
internal sealed class Verification(Store store, Space space, int lanes)
{
    private readonly SlotMap _slots = SlotMap.Even(lanes);

    /// <summary>What is wrong; nothing when all is well.</summary>
    public IEnumerable<string> Faults(IReadOnlyCollection<Writer> writers)
    {
        foreach (var lane in store.Status.Where(lane => lane.State == LaneState.Refused))
            yield return $"lane {lane.Lane} was refused: {lane.Reason}";
        long entries = 0;
        foreach (var writer in writers)
        {
            var found = Read(writer);
            entries += found.Entries.Count + found.Appended.Count;
            foreach (var fault in Enumerable.Range(0, lanes).Select(lane => FaultOf(writer, found, lane)).OfType<string>())
                yield return fault;
        }

        if (entries != store.Count(space))
            yield return $"the store counts {store.Count(space)} entries, its writers have {entries}";
    }

    private WriterContent Read(Writer writer) => WriterContent.Empty.With(store.Scan(space, writer.Prefix)
        .Select(entry => new PlannedOp(entry.Key, entry.Value.Bytes, IsAppend: entry.Key.AsSpan().StartsWith(writer.AppendKey))));

    private string? FaultOf(Writer writer, WriterContent found, int lane)
    {
        var withoutNext = DifferenceOf(writer, writer.Content, found, lane);
        if (withoutNext is null)
            return null;
        var withNext = DifferenceOf(writer, writer.ContentWithNext(), found, lane);
        return withNext is null ? null : $"lane {lane}, after batch {writer.Acknowledged}: {withoutNext}; and if the next one is in: {withNext}";
    }

    private string? DifferenceOf(Writer writer, WriterContent expected, WriterContent found, int lane)
    {
        foreach (var name in expected.Entries.Keys.Union(found.Entries.Keys).Where(name => LaneOf(name) == lane).Order(StringComparer.Ordinal))
        {
            var isExpected = expected.Entries.TryGetValue(name, out var value);
            var isFound = found.Entries.TryGetValue(name, out var other);
            if (isExpected != isFound || (isExpected && !value.AsSpan().SequenceEqual(other)))
                return $"'{name}' should be {Show(value)} and is {Show(other)}";
        }

        if (_slots.LaneOfAppend(space, writer.AppendKey) != lane)
            return null;
        if (expected.Appended.Count != found.Appended.Count)
            return $"{expected.Appended.Count} appended entries should be there and {found.Appended.Count} are";
        var wrong = Enumerable.Range(0, expected.Appended.Count)
            .FirstOrDefault(i => !expected.Appended[i].AsSpan().SequenceEqual(found.Appended[i]), -1);
        return wrong < 0 ? null : $"appended entry {wrong} should be {Show(expected.Appended[wrong])} and is {Show(found.Appended[wrong])}";
    }

    private int LaneOf(string name) => _slots.LaneOf(space, System.Text.Encoding.Latin1.GetBytes(name));

    private static string Show(byte[]? value) =>
        value is null ? "absent" : $"'{System.Text.Encoding.Latin1.GetString(value, 0, Math.Min(30, value.Length))}'";
}
