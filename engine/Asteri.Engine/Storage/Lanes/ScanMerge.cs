using Asteri.Engine.Storage.Keys;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>The keys of several lanes in one order. For one thread.</summary>
internal sealed class ScanMerge
{
    private readonly KeyCursor[] _lanes;
    private readonly bool[] _hasKey;

    public ScanMerge(KeyCursor[] lanes)
    {
        _lanes = lanes;
        _hasKey = [.. lanes.Select(lane => lane.MoveNext())];
    }

    /// <summary>The lane of the current key; -1 before the first one.</summary>
    public int Lane { get; private set; } = -1;

    /// <summary>The current full key; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Key => _lanes[Lane].Key;

    public ulong Seq => _lanes[Lane].Seq;

    public bool MoveNext()
    {
        if (Lane >= 0)
            _hasKey[Lane] = _lanes[Lane].MoveNext();
        Lane = -1;
        // A handful of lanes: comparing them all beats a heap.
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            if (_hasKey[lane] && (Lane < 0 || _lanes[lane].Key.SequenceCompareTo(_lanes[Lane].Key) < 0))
                Lane = lane;
        }

        return Lane >= 0;
    }
}
