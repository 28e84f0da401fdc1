namespace Asteri.Server.Security;

/// <summary>
/// When a key was last used, rounded down. Written by every call that brings the key, mostly with the value that is there already; written to the
/// store now and then.
/// </summary>
internal sealed class LastUse
{
    private long _seconds;
    private long _written;

    public DateTimeOffset? At => Volatile.Read(ref _seconds) is > 0 and long seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Unix seconds that are not in the store yet; null: nothing new.</summary>
    public long? Unwritten => Volatile.Read(ref _seconds) is var seconds && seconds != Volatile.Read(ref _written) ? seconds : null;

    public void Touch(DateTimeOffset now, TimeSpan resolution)
    {
        long step = (long)resolution.TotalSeconds;
        long rounded = now.ToUnixTimeSeconds() / step * step;
        // Read first: a write by every call would send the line of memory from core to core.
        if (Volatile.Read(ref _seconds) < rounded) { Volatile.Write(ref _seconds, rounded); }
    }

    public void Written(long seconds) => Volatile.Write(ref _written, seconds);

    public void Load(long seconds) => (_seconds, _written) = (seconds, seconds);
}
