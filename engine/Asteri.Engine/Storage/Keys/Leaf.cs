namespace Asteri.Engine.Storage.Keys;

/// <summary>Keys with their seqs.</summary>
internal sealed class Leaf(long edit, PackedKeys keys, ulong[] seqs) : Page(edit, keys)
{
    public const int MaxKeys = 32;

    private bool _sharesKeys;

    /// <summary>The seq of each key; may have room behind the last.</summary>
    public ulong[] Seqs { get; private set; } = seqs;

    /// <summary>A copy with seqs of its own; the keys are copied when they change, because most writes replace.</summary>
    public override Page CopyFor(long edit) => new Leaf(edit, Keys, (ulong[])Seqs.Clone()) { _sharesKeys = true };

    public void Insert(int index, ReadOnlySpan<byte> key, ulong seq)
    {
        OwnKeys();
        var count = Keys.Count;
        Keys = Keys.Insert(index, key);
        if (count == Seqs.Length)
        {
            var larger = new ulong[Math.Min(Math.Max(MaxKeys, count + 1), Keys.EndCapacity)];
            Seqs.CopyTo(larger, 0);
            Seqs = larger;
        }

        Array.Copy(Seqs, index, Seqs, index + 1, count - index);
        Seqs[index] = seq;
    }

    public void RemoveAt(int index)
    {
        OwnKeys();
        Array.Copy(Seqs, index + 1, Seqs, index, Keys.Count - index - 1);
        Keys.RemoveAt(index);
    }

    public Leaf Slice(long edit, int from, int to)
    {
        var keys = Keys.Slice(from, to);
        var seqs = new ulong[Math.Max(to - from, Math.Min(MaxKeys, keys.EndCapacity))];
        Array.Copy(Seqs, from, seqs, 0, to - from);
        return new Leaf(edit, keys, seqs);
    }

    public Leaf Join(long edit, Leaf right)
    {
        var seqs = new ulong[Keys.Count + right.Keys.Count];
        Array.Copy(Seqs, seqs, Keys.Count);
        Array.Copy(right.Seqs, 0, seqs, Keys.Count, right.Keys.Count);
        return new Leaf(edit, Keys.Join(default, right.Keys), seqs);
    }

    private void OwnKeys()
    {
        if (_sharesKeys)
            Keys = Keys.Clone();
        _sharesKeys = false;
    }
}
