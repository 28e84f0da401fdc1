namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Counts those who use something that can be closed, so that closing waits for them. Entering costs one interlocked step and never waits.
/// </summary>
internal sealed class UseGate
{
    private int _users;
    private volatile bool _closed;

    /// <summary>False once it is closed; otherwise followed by <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _users);
        if (!_closed)
            return true;
        Exit();
        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _users);

    /// <summary>Lets nobody in any more and waits until everybody is out.</summary>
    public void Close()
    {
        _closed = true;
        // The fence between this store and the read below is the interlocked step: whoever entered before it is seen, whoever comes after sees the
        // flag.
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _users, 0, 0) != 0)
            spin.SpinOnce();
    }
}
