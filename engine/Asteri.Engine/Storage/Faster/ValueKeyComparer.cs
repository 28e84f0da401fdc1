using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Compares keys in their serialized form, the only one that is used here. FASTER's own comparer would follow the pointer that a flipped bit turns a
/// key on disk into; this one finds such a key unequal to every other.
/// </summary>
internal readonly struct ValueKeyComparer : IFasterEqualityComparer<SpanByte>
{
    public long GetHashCode64(ref SpanByte key) => IsSpan(ref key) ? SpanByteComparer.StaticGetHashCode64(ref key) : 0;

    public bool Equals(ref SpanByte left, ref SpanByte right) =>
        IsSpan(ref left) && IsSpan(ref right) && SpanByteComparer.StaticEquals(ref left, ref right);

    private static bool IsSpan(ref SpanByte key) => key.Serialized && key.MetadataSize == 0;
}
