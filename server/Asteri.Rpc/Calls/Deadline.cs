namespace Asteri.Rpc.Calls;

/// <summary>A moment on the monotonic clock, or none. A change of the wall clock does not move it.</summary>
internal readonly record struct Deadline
{
    /// <summary>A timer can wait no longer than this; a later deadline is none.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>
    /// On <see cref="Environment.TickCount64"/>, which costs a tenth of a Stopwatch's tick and is asked several times a call; 0: none.
    /// </summary>
    private readonly long _at;

    private Deadline(long at) => _at = at;

    public static Deadline None => default;

    public bool Exists => _at != 0;

    public bool HasPassed => _at != 0 && Environment.TickCount64 >= _at;

    /// <summary>What is left, never negative; <see cref="Timeout.InfiniteTimeSpan"/> without a deadline.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_at == 0) { return Timeout.InfiniteTimeSpan; }
            return TimeSpan.FromMilliseconds(Math.Max(0, _at - Environment.TickCount64));
        }
    }

    /// <summary>The deadline <paramref name="timeout"/> from now; none for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static Deadline After(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan || timeout > Longest) { return None; }
        return new(Environment.TickCount64 + (long)Math.Ceiling(Math.Max(0, timeout.TotalMilliseconds)));
    }

    /// <summary>What the caller asks for (null: nothing), within what the method allows.</summary>
    public static TimeSpan Within(MethodLimits limits, TimeSpan? asked)
    {
        var timeout = asked ?? limits.DefaultDeadline;
        if (limits.MaxDeadline == Timeout.InfiniteTimeSpan) { return timeout; }
        return timeout == Timeout.InfiniteTimeSpan || timeout > limits.MaxDeadline ? limits.MaxDeadline : timeout;
    }
}
