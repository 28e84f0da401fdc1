namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// The first I/O error of a lane. Once there is one the lane is poisoned: nothing more is written, nothing that was being written is acknowledged, no
/// checkpoint is published. It is never cleared; the lane must be reopened.
/// </summary>
internal sealed class IoFault
{
    private Exception? _first;

    /// <summary>Raised once, on the thread that met the error.</summary>
    public event Action<Exception>? Poisoned;

    public Exception? First => Volatile.Read(ref _first);

    public bool IsPoisoned => First is not null;

    public void Report(Exception error)
    {
        if (Interlocked.CompareExchange(ref _first, error, null) is null)
            Poisoned?.Invoke(error);
    }
}
