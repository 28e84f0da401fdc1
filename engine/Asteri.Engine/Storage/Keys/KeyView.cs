namespace Asteri.Engine.Storage.Keys;

/// <summary>The key directory as it was at one moment. Immutable: read by any number of threads, without waiting, for as long as they like.</summary>
internal sealed class KeyView
{
    internal KeyView(Page root, long count)
    {
        Root = root;
        Count = count;
    }

    /// <summary>How many keys there are.</summary>
    public long Count { get; }

    internal Page Root { get; }

    /// <summary>The seq of <paramref name="fullKey"/>; false when it is not there.</summary>
    public bool TryGet(ReadOnlySpan<byte> fullKey, out ulong seq) => TryGet(Root, fullKey, out seq);

    /// <summary>
    /// The keys that start with <paramref name="prefix"/> and lie behind <paramref name="after"/>, in order. Both are full keys, or the start
    /// of such.
    /// </summary>
    public KeyCursor Scan(ReadOnlySpan<byte> prefix = default, ReadOnlySpan<byte> after = default) => new(Root, prefix.ToArray(), after);

    internal static bool TryGet(Page page, ReadOnlySpan<byte> fullKey, out ulong seq)
    {
        while (page is Branch branch)
            page = branch.Children[branch.ChildOf(fullKey)];
        var leaf = (Leaf)page;
        var index = leaf.Keys.Find(fullKey);
        seq = index >= 0 ? leaf.Seqs[index] : 0;
        return index >= 0;
    }
}
