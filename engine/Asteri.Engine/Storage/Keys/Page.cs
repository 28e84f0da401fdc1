namespace Asteri.Engine.Storage.Keys;

/// <summary>A page of the tree. The edit that made it may change it; to everybody else it is fixed.</summary>
internal abstract class Page(long edit, PackedKeys keys)
{
    public long Edit { get; } = edit;

    public PackedKeys Keys { get; protected set; } = keys;

    /// <summary>A copy that <paramref name="edit"/> may change.</summary>
    public abstract Page CopyFor(long edit);
}
