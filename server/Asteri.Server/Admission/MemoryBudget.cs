namespace Asteri.Server.Admission;

/// <summary>
/// Memory set aside for requests in work. A call that does not fit is refused at once: waiting would not make its request smaller. Thread-safe.
/// </summary>
internal sealed class MemoryBudget(long limitBytes)
{
    private long _chargedBytes;

    public long LimitBytes => limitBytes;

    public long ChargedBytes => Volatile.Read(ref _chargedBytes);

    /// <summary>
    /// Takes so many bytes of the budget. One call alone always fits, however large: otherwise a small machine could not serve it at all.
    /// </summary>
    public bool TryCharge(long bytes)
    {
        long after = Interlocked.Add(ref _chargedBytes, bytes);
        if (after <= limitBytes || after == bytes) { return true; }
        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _chargedBytes, -bytes);
}
