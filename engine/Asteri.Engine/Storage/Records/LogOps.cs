namespace Asteri.Engine.Storage.Records;

/// <summary>
/// Operations one behind the other, as a record carries them: <c>foreach (var op in new LogOps(bytes))</c>. Ends at the first bytes that are
/// none.
/// </summary>
internal ref struct LogOps(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private LogOp _current;

    public readonly LogOp Current => _current;

    public readonly LogOps GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!LogOp.TryRead(_rest, out _current))
            return false;
        _rest = _rest[_current.ByteSize..];
        return true;
    }

    /// <summary>True when <paramref name="bytes"/> are exactly <paramref name="count"/> operations.</summary>
    public static bool AreWhole(ReadOnlySpan<byte> bytes, uint count)
    {
        while (count > 0 && LogOp.TryRead(bytes, out var op))
        {
            bytes = bytes[op.ByteSize..];
            count--;
        }

        return count == 0 && bytes.IsEmpty;
    }

    /// <summary>
    /// The leading operations that together take at most <paramref name="maxBytes"/>, or the first one alone when it is larger: the next part
    /// of a batch.
    /// </summary>
    public static int TakePart(ReadOnlySpan<byte> bytes, int maxBytes, out uint count)
    {
        var taken = 0;
        count = 0;
        while (LogOp.TryRead(bytes[taken..], out var op) && (count == 0 || taken + op.ByteSize <= maxBytes))
        {
            taken += op.ByteSize;
            count++;
        }

        return taken;
    }
}
