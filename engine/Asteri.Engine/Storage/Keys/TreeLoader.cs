namespace Asteri.Engine.Storage.Keys;

/// <summary>Makes a key directory of leaves that come in order.</summary>
internal sealed class TreeLoader
{
    private readonly List<Page> _leaves = [];
    private readonly SpaceCounts _spaces = new();

    public long Count { get; private set; }

    /// <summary>Adds the next leaf; false when its keys are not in order, or not behind the last leaf's.</summary>
    public bool TryAdd(Leaf leaf)
    {
        var keys = leaf.Keys;
        if (keys.Count is 0 or > Leaf.MaxKeys || !keys.AreAscending())
            return false;
        if (_leaves.Count > 0 && LastKey(_leaves[^1]).AsSpan().SequenceCompareTo(keys.KeyAt(0)) >= 0)
            return false;
        _leaves.Add(leaf);
        Count += keys.Count;
        return TryCount(keys);
    }

    public KeyDirectory ToDirectory()
    {
        _spaces.Publish();
        var pages = _leaves;
        // The key that divides two pages of a higher level is the one that divides their nearest leaves.
        var between = new List<byte[]>();
        for (var i = 1; i < _leaves.Count; i++)
            between.Add(KeyDirectory.Between(LastKey(_leaves[i - 1]), _leaves[i].Keys.KeyAt(0)));
        while (pages.Count > 1)
            (pages, between) = LevelAbove(pages, between);
        return pages.Count == 0 ? new KeyDirectory() : new KeyDirectory(pages[0], Count, _spaces);
    }

    private static (List<Page> Pages, List<byte[]> Between) LevelAbove(List<Page> pages, List<byte[]> between)
    {
        var above = new List<Page>();
        var dividers = new List<byte[]>();
        for (var from = 0; from < pages.Count;)
        {
            var keys = PackedKeys.Empty.Clone();
            var to = from + 1;
            for (; to < pages.Count && keys.Fits(between[to - 1], Branch.MaxKeys * 3 / 4); to++)
                keys = keys.Insert(keys.Count, between[to - 1]);
            above.Add(new Branch(0, keys.Slice(0, keys.Count), [.. pages[from..to]]));
            if (to < pages.Count)
                dividers.Add(between[to - 1]);
            from = to;
        }

        return (above, dividers);
    }

    private bool TryCount(PackedKeys keys)
    {
        // Nearly always one space a leaf: then the common start says it.
        if (keys.CommonBytes >= Records.FullKey.SpaceBytes)
        {
            _spaces.Add(keys.Common, keys.Count);
            return true;
        }

        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.KeyLength(i) < Records.FullKey.SpaceBytes)
                return false;
            _spaces.Add(keys.KeyAt(i), 1);
        }

        return true;
    }

    private static byte[] LastKey(Page leaf) => leaf.Keys.KeyAt(leaf.Keys.Count - 1);
}
