namespace Asteri.Server.Admission;

/// <summary>
/// How many calls a share may have in work: grows while more concurrency costs no latency, shrinks when it does (a gradient on latency, as in
/// Netflix's concurrency limits). Every 100 ms, and only while more than half of the limit is used:
/// limit ← 0.8 limit + 0.2 (limit × clamp(tolerance × baseline / latency, 0.5, 1) + √limit).
/// The baseline is the latency of an unhurried share. It follows down at once, and up only when the share is not full or the limit has arrived at
/// its floor: otherwise an overload that lasts would become the new normal and the limit would grow without end.
/// Single-threaded: its share's lock is its owner's.
/// </summary>
internal sealed class GradientLimit
{
    private const double Smoothing = 0.2;
    private const double BaselineDown = 0.5;
    private const double BaselineUp = 0.1;
    private const int MinSamples = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongWindow = TimeSpan.FromSeconds(1);

    private readonly double _tolerance;
    private readonly double _floor;
    private readonly double _ceiling;
    private double _limit;
    private double _baseline;
    private TimeSpan _windowStart;
    private TimeSpan _sum;
    private int _samples;
    private int _peakInFlight;

    /// <param name="start">The limit before anything is known.</param>
    /// <param name="floor">It never falls below this, unless the ceiling is lower.</param>
    /// <param name="ceiling">It never grows beyond this.</param>
    /// <param name="tolerance">How many times the baseline's latency is still no sign of too much.</param>
    public GradientLimit(int start, int floor, int ceiling, double tolerance = 1.5)
    {
        (_floor, _ceiling, _tolerance) = (Math.Min(floor, ceiling), ceiling, tolerance);
        _limit = Math.Clamp(start, _floor, _ceiling);
    }

    /// <summary>A limit that stays as it is.</summary>
    public static GradientLimit Fixed(int limit) => new(limit, limit, limit);

    public int Current => (int)_limit;

    /// <summary>Mean latency of the last full window; zero before there is one.</summary>
    public TimeSpan Latency { get; private set; }

    /// <summary>A call has ended well.</summary>
    public void Observe(TimeSpan latency, int inFlight, TimeSpan now)
    {
        _sum += latency;
        _samples++;
        _peakInFlight = Math.Max(_peakInFlight, inFlight);
        var open = now - _windowStart;
        if (open < Window || (_samples < MinSamples && open < LongWindow)) { return; }

        Latency = _sum / _samples;
        Adapt(Math.Max(Latency.TotalSeconds, 1e-7), _peakInFlight);
        (_windowStart, _sum, _samples, _peakInFlight) = (now, TimeSpan.Zero, 0, 0);
    }

    private void Adapt(double latency, int peakInFlight)
    {
        bool used = peakInFlight > _limit / 2;
        // Where the gradient is 0.5, limit and √limit balance at 4: below that the limit does not fall by itself.
        bool atFloor = _limit <= Math.Max(_floor, 4) + 0.5;
        if (_baseline == 0) { _baseline = latency; }
        else if (latency < _baseline) { _baseline += BaselineDown * (latency - _baseline); }
        else if (!used || atFloor) { _baseline += BaselineUp * (latency - _baseline); }

        if (!used) { return; }
        double gradient = Math.Clamp(_tolerance * _baseline / latency, 0.5, 1);
        double next = (_limit * gradient) + Math.Sqrt(_limit);
        _limit = Math.Clamp((_limit * (1 - Smoothing)) + (next * Smoothing), _floor, _ceiling);
    }
}
