namespace Asteri.Engine.Storage.Records;

/// <summary>Which lane has which slot. Immutable; kept in the store's manifest.</summary>
internal sealed class SlotMap
{
    private readonly ushort[] _lanes;

    /// <param name="lanes">A lane for each of the 4,096 slots.</param>
    public SlotMap(ushort[] lanes)
    {
        if (lanes.Length != Slots.Count)
            throw new ArgumentException($"{lanes.Length} slots; there are {Slots.Count}", nameof(lanes));
        _lanes = lanes;
    }

    /// <summary>The map of a new store: slots dealt to the lanes in turn.</summary>
    public static SlotMap Even(int laneCount) => new([.. Enumerable.Range(0, Slots.Count).Select(slot => (ushort)(slot % laneCount))]);

    public ReadOnlySpan<ushort> Lanes => _lanes;

    /// <summary>The lane of an entry.</summary>
    public int LaneOf(Space space, ReadOnlySpan<byte> key) => _lanes[Slots.Of(space, key)];

    /// <summary>The lane of what is appended under a key; that of the entries which this makes.</summary>
    public int LaneOfAppend(Space space, ReadOnlySpan<byte> key) => _lanes[Slots.Of(space, key, isAppend: true)];
}
