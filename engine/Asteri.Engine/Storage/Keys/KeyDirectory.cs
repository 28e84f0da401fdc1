namespace Asteri.Engine.Storage.Keys;

/// <summary>
/// Which keys a lane has, and the seq of each: an ordered tree in memory, from full keys to seqs. One thread changes it; what it changed
/// becomes visible all at once by <see cref="Publish"/>. Readers take <see cref="View"/> and never wait: a published page is never changed
/// again, the next edit copies it.
/// </summary>
internal sealed class KeyDirectory
{
    private const int MaxDepth = 32;

    private readonly Branch[] _branches = new Branch[MaxDepth];
    private readonly int[] _children = new int[MaxDepth];
    private readonly SpaceCounts _spaces;
    private Page _root;
    private long _edit = 1;
    private long _count;
    private int _depth;
    private KeyView _view;

    public KeyDirectory()
        : this(new Leaf(0, PackedKeys.Empty, []), 0, new SpaceCounts())
    {
    }

    internal KeyDirectory(Page root, long count, SpaceCounts spaces)
    {
        _spaces = spaces;
        _root = root;
        _count = count;
        _view = new KeyView(root, count);
    }

    /// <summary>What was published last.</summary>
    public KeyView View => Volatile.Read(ref _view);

    /// <summary>How many entries a space has, as published last. Any thread.</summary>
    public long CountOf(Space space) => _spaces.Of(space);

    internal SpaceCounts Spaces => _spaces;

    /// <summary>Looks among what is not published yet, too; for the writer.</summary>
    public bool TryGet(ReadOnlySpan<byte> fullKey, out ulong seq) => KeyView.TryGet(_root, fullKey, out seq);

    /// <summary>Gives a key its seq; true when the key is new.</summary>
    public bool Set(ReadOnlySpan<byte> fullKey, ulong seq)
    {
        while (true)
        {
            var leaf = Descend(fullKey);
            var index = leaf.Keys.Find(fullKey);
            if (index >= 0)
            {
                Own(leaf).Seqs[index] = seq;
                return false;
            }

            if (leaf.Keys.Fits(fullKey, Leaf.MaxKeys))
            {
                Own(leaf).Insert(~index, fullKey, seq);
                _count++;
                _spaces.Add(fullKey, 1);
                return true;
            }

            MakeRoom(leaf, _depth, isAscending: ~index == leaf.Keys.Count && IsRightmost());
        }
    }

    /// <summary>Takes a key out; false when it was not there.</summary>
    public bool Remove(ReadOnlySpan<byte> fullKey)
    {
        var leaf = Descend(fullKey);
        var index = leaf.Keys.Find(fullKey);
        if (index < 0)
            return false;
        leaf = Own(leaf);
        leaf.RemoveAt(index);
        _count--;
        _spaces.Add(fullKey, -1);
        Shrink(leaf, _depth);
        return true;
    }

    /// <summary>Makes everything done so far visible to readers.</summary>
    public void Publish()
    {
        _edit++;
        _spaces.Publish();
        Volatile.Write(ref _view, new KeyView(_root, _count));
    }

    /// <summary>Goes down to the leaf of a key and remembers the way.</summary>
    private Leaf Descend(ReadOnlySpan<byte> key)
    {
        var page = _root;
        for (_depth = 0; page is Branch branch; _depth++)
        {
            _branches[_depth] = branch;
            _children[_depth] = branch.ChildOf(key);
            page = branch.Children[_children[_depth]];
        }

        return (Leaf)page;
    }

    private bool IsRightmost()
    {
        for (var level = 0; level < _depth; level++)
        {
            if (_children[level] < _branches[level].Keys.Count)
                return false;
        }

        return true;
    }

    private Leaf Own(Leaf leaf)
    {
        if (leaf.Edit == _edit)
            return leaf;
        var copy = (Leaf)leaf.CopyFor(_edit);
        Replace(_depth, copy);
        return copy;
    }

    private Branch OwnBranch(int level)
    {
        if (_branches[level].Edit == _edit)
            return _branches[level];
        var copy = (Branch)_branches[level].CopyFor(_edit);
        Replace(level, copy);
        return _branches[level] = copy;
    }

    /// <summary>Puts a page into the place of the one on <paramref name="level"/> of the way.</summary>
    private void Replace(int level, Page page)
    {
        if (level == 0)
            _root = page;
        else
            OwnBranch(level - 1).Children[_children[level - 1]] = page;
    }

    /// <summary>Divides the page on a level of the way, or, where the page above has no room either, that one. The way is void afterwards.</summary>
    private void MakeRoom(Page page, int level, bool isAscending)
    {
        if (level == 0)
        {
            _root = new Branch(_edit, PackedKeys.Empty.Clone(), [page]);
            return;
        }

        var keys = page.Keys;
        // Keys that come in ascending order leave full pages behind them.
        var middle = isAscending ? keys.Count - 1 : keys.Count / 2;
        var between = page is Leaf ? Between(keys.KeyAt(middle - 1), keys.KeyAt(middle)) : keys.KeyAt(middle);
        var above = _branches[level - 1];
        if (!above.Keys.Fits(between, Branch.MaxKeys))
        {
            MakeRoom(above, level - 1, isAscending: false);
            return;
        }

        var (left, right) = Halves(page, middle);
        OwnBranch(level - 1).Divide(_children[level - 1], left, between, right);
    }

    private (Page Left, Page Right) Halves(Page page, int middle) => page is Leaf leaf
        ? (leaf.Slice(_edit, 0, middle), leaf.Slice(_edit, middle, leaf.Keys.Count))
        : (((Branch)page).Slice(_edit, 0, middle + 1), ((Branch)page).Slice(_edit, middle + 1, page.Keys.Count + 1));

    /// <summary>The shortest key that divides the two.</summary>
    internal static byte[] Between(byte[] left, byte[] right) => right[..(left.AsSpan().CommonPrefixLength(right) + 1)];

    /// <summary>Joins a page that has become small with a neighbour, or takes it out when it is empty, and goes on above.</summary>
    private void Shrink(Page page, int level)
    {
        if (level == 0)
        {
            while (_root is Branch { Children.Length: <= 1 } root)
                _root = root.Children.Length == 1 ? root.Children[0] : new Leaf(_edit, PackedKeys.Empty.Clone(), []);
            return;
        }

        var isLeaf = page is Leaf;
        if (page.Keys.Count >= (isLeaf ? Leaf.MaxKeys : Branch.MaxKeys) / 4)
            return;
        var isEmpty = page is Branch branch ? branch.Children.Length == 0 : page.Keys.Count == 0;
        if (isEmpty)
            OwnBranch(level - 1).RemoveAt(_children[level - 1]);
        else if (!TryUnite(level))
            return;
        Shrink(_branches[level - 1], level - 1);
    }

    private bool TryUnite(int level)
    {
        var above = _branches[level - 1];
        var at = _children[level - 1];
        return (at > 0 && TryUnite(level, at - 1)) || (at + 1 < above.Children.Length && TryUnite(level, at));
    }

    /// <summary>Joins two neighbours below a branch when the result leaves some room.</summary>
    private bool TryUnite(int level, int left)
    {
        var above = _branches[level - 1];
        Page first = above.Children[left], second = above.Children[left + 1];
        var maxKeys = first is Leaf ? Leaf.MaxKeys : Branch.MaxKeys;
        var between = above.Keys.KeyAt(left);
        if (first.Keys.Count + second.Keys.Count + 1 > maxKeys * 3 / 4
            || first.Keys.JoinedBytes(second.Keys) + between.Length > PackedKeys.MaxBytes * 3 / 4)
        {
            return false;
        }

        Page joined = first is Leaf leaf
            ? leaf.Join(_edit, (Leaf)second)
            : ((Branch)first).Join(_edit, between, (Branch)second);
        OwnBranch(level - 1).Unite(left, joined);
        return true;
    }
}
