using System.Diagnostics;

namespace Asteri.Rpc.Calls;

/// <summary>A moment on the monotonic clock, or none. A change of the wall clock does not move it.</summary>
internal readonly record struct Deadline
{
    /// <summary>A timer can wait no longer than this; a later deadline is none.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Stopwatch ticks; 0: none.</summary>
    private readonly long _at;

    private Deadline(long at) => _at = at;

    public static Deadline None => default;

    public bool Exists => _at != 0;

    public bool HasPassed => _at != 0 && Stopwatch.GetTimestamp() >= _at;

    /// <summary>What is left, never negative; <see cref="Timeout.InfiniteTimeSpan"/> without a deadline.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_at == 0) { return Timeout.InfiniteTimeSpan; }
            long left = _at - Stopwatch.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, left);
        }
    }

    /// <summary>The deadline <paramref name="timeout"/> from now; none for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static Deadline After(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan || timeout > Longest) { return None; }
        long ticks = timeout <= TimeSpan.Zero ? 0 : (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        return new(Stopwatch.GetTimestamp() + ticks);
    }

    /// <summary>What the caller asks for (null: nothing), within what the method allows.</summary>
    public static TimeSpan Within(MethodLimits limits, TimeSpan? asked)
    {
        var timeout = asked ?? limits.DefaultDeadline;
        if (limits.MaxDeadline == Timeout.InfiniteTimeSpan) { return timeout; }
        return timeout == Timeout.InfiniteTimeSpan || timeout > limits.MaxDeadline ? limits.MaxDeadline : timeout;
    }
}
