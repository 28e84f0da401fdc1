namespace Asteri.Engine.Storage.Keys;

/// <summary>Walks keys in order. For one thread. The view that it walks stays as it is.</summary>
internal sealed class KeyCursor
{
    private readonly Stack<(Branch Branch, int Child)> _path = new();
    private readonly byte[] _prefix;
    private Leaf? _leaf;
    private int _index;
    private byte[] _key = [];
    private int _keyLength;

    internal KeyCursor(Page root, byte[] prefix, ReadOnlySpan<byte> after)
    {
        _prefix = prefix;
        var isBehind = after.SequenceCompareTo(prefix) >= 0 && !after.IsEmpty;
        var from = isBehind ? after : prefix;
        _leaf = Descend(root, from);
        var index = _leaf.Keys.Find(from);
        _index = index < 0 ? ~index : isBehind ? index + 1 : index;
    }

    /// <summary>The current full key; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    public ulong Seq { get; private set; }

    public bool MoveNext()
    {
        while (_leaf is not null && _index >= _leaf.Keys.Count)
        {
            _leaf = NextLeaf();
            _index = 0;
        }

        if (_leaf is null || !Take(_leaf, _index))
            return false;
        _index++;
        return true;
    }

    private bool Take(Leaf leaf, int index)
    {
        _keyLength = leaf.Keys.KeyLength(index);
        if (_key.Length < _keyLength)
            _key = new byte[Math.Max(64, 2 * _keyLength)];
        leaf.Keys.CopyKey(index, _key);
        Seq = leaf.Seqs[index];
        if (Key.StartsWith(_prefix))
            return true;
        _leaf = null;
        return false;
    }

    private Leaf Descend(Page page, ReadOnlySpan<byte> key)
    {
        while (page is Branch branch)
        {
            var child = branch.ChildOf(key);
            _path.Push((branch, child));
            page = branch.Children[child];
        }

        return (Leaf)page;
    }

    private Leaf? NextLeaf()
    {
        while (_path.TryPop(out var at))
        {
            if (at.Child + 1 >= at.Branch.Children.Length)
                continue;
            _path.Push((at.Branch, at.Child + 1));
            return Descend(at.Branch.Children[at.Child + 1], default);
        }

        return null;
    }
}
