namespace Asteri.Server.Admission;

/// <summary>Room for one piece of work, until it is disposed; disposing it again does nothing.</summary>
public sealed class AdmissionSlot : IDisposable
{
    private readonly Action<bool> _release;
    private bool _succeeded;
    private int _disposed;

    /// <param name="release">Gives the room back; its argument says whether the work ended well.</param>
    internal AdmissionSlot(Action<bool> release) => _release = release;

    /// <summary>Room that nobody counts: for methods that are never queued.</summary>
    internal static AdmissionSlot Unlimited { get; } = new(static _ => { });

    /// <summary>
    /// Says that the work ended well, so that its duration tells the limiter something. Refused and failed work is too quick, or too slow, for
    /// reasons of its own.
    /// </summary>
    public void Succeed() => _succeeded = true;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) { _release(_succeeded); }
    }
}
