namespace Asteri.Engine.Storage.Keys;

/// <summary>Children with a key between each two: everything left of it is smaller, it and everything right of it is not.</summary>
internal sealed class Branch(long edit, PackedKeys keys, Page[] children) : Page(edit, keys)
{
    public const int MaxKeys = 32;

    public Page[] Children { get; private set; } = children;

    /// <summary>The child where <paramref name="key"/> belongs.</summary>
    public int ChildOf(ReadOnlySpan<byte> key)
    {
        var index = Keys.Find(key);
        return index >= 0 ? index + 1 : ~index;
    }

    public override Page CopyFor(long edit) => new Branch(edit, Keys.Clone(), (Page[])Children.Clone());

    /// <summary>Puts two children into the place of one.</summary>
    public void Divide(int index, Page left, ReadOnlySpan<byte> between, Page right)
    {
        Keys = Keys.Insert(index, between);
        Children = [.. Children[..index], left, right, .. Children[(index + 1)..]];
    }

    /// <summary>Puts one child into the place of <paramref name="index"/> and its right neighbour.</summary>
    public void Unite(int index, Page joined)
    {
        Keys.RemoveAt(index);
        Children = [.. Children[..index], joined, .. Children[(index + 2)..]];
    }

    public void RemoveAt(int index)
    {
        if (Keys.Count > 0)
            Keys.RemoveAt(Math.Max(0, index - 1));
        Children = [.. Children[..index], .. Children[(index + 1)..]];
    }

    /// <summary>The children from <paramref name="from"/> up to, without, <paramref name="to"/>.</summary>
    public Branch Slice(long edit, int from, int to) => new(edit, Keys.Slice(from, to - 1), Children[from..to]);

    public Branch Join(long edit, ReadOnlySpan<byte> between, Branch right) =>
        new(edit, Keys.Join(between, right.Keys), [.. Children, .. right.Children]);
}
