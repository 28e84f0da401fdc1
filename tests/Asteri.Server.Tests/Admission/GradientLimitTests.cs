using Asteri.Server.Admission;

namespace Asteri.Server.Tests.Admission;

public sealed class GradientLimitTests
{
    private TimeSpan _now;

    [Fact]
    public void Observe_LatencyStaysAndTheLimitIsUsed_Grows()
    {
        var limit = new GradientLimit(8, 2, 1_024);
        Feed(limit, seconds: 5, latencyMs: 10, inFlight: l => l.Current);

        Assert.True(limit.Current > 16, $"{limit.Current}");
    }

    [Fact]
    public void Observe_TheLimitIsNotUsed_StaysAsItIs()
    {
        var limit = new GradientLimit(8, 2, 1_024);
        Feed(limit, seconds: 60, latencyMs: 10, inFlight: _ => 1);

        Assert.Equal(8, limit.Current);
    }

    [Fact]
    public void Observe_LatencyGrowsWithConcurrency_ShrinksAndStaysSmall()
    {
        var limit = new GradientLimit(64, 2, 1_024);
        Feed(limit, seconds: 2, latencyMs: 10, inFlight: _ => 2);
        Feed(limit, seconds: 60, latencyMs: 0, inFlight: l => l.Current, latencyOf: l => 10.0 * Math.Max(1, l.Current / 2.0));

        Assert.InRange(limit.Current, 3, 16);
    }

    [Fact]
    public void Observe_OverloadLasts_DoesNotBecomeTheNewNormal()
    {
        var limit = new GradientLimit(8, 2, 1_024);
        Feed(limit, seconds: 2, latencyMs: 10, inFlight: _ => 2);
        Feed(limit, seconds: 10, latencyMs: 0, inFlight: l => l.Current, latencyOf: l => 10.0 * Math.Max(1, l.Current / 2.0));
        int early = limit.Current;
        Feed(limit, seconds: 600, latencyMs: 0, inFlight: l => l.Current, latencyOf: l => 10.0 * Math.Max(1, l.Current / 2.0));

        Assert.InRange(limit.Current, early - 8, early + 8);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(100_000)]
    public void Observe_AnyLatency_StaysBetweenFloorAndCeiling(double latencyMs)
    {
        var limit = new GradientLimit(8, 3, 40);
        Feed(limit, seconds: 2, latencyMs: 1, inFlight: l => l.Current);
        Feed(limit, seconds: 120, latencyMs, inFlight: l => l.Current);

        Assert.InRange(limit.Current, 3, 40);
    }

    [Fact]
    public void Observe_LatencyWithinTheTolerance_Grows()
    {
        var (strict, patient) = (new GradientLimit(64, 2, 1_024), new GradientLimit(64, 2, 1_024, tolerance: 4));
        foreach (var limit in (GradientLimit[])[strict, patient])
        {
            Feed(limit, seconds: 2, latencyMs: 1, inFlight: _ => 2);
            Feed(limit, seconds: 20, latencyMs: 3, inFlight: l => l.Current);
        }

        Assert.True(strict.Current < 64, $"{strict.Current}");
        Assert.True(patient.Current > 128, $"{patient.Current}");
    }

    [Fact]
    public void Fixed_Observed_NeverMoves()
    {
        var limit = GradientLimit.Fixed(2);
        Feed(limit, seconds: 10, latencyMs: 1, inFlight: _ => 2);
        Feed(limit, seconds: 10, latencyMs: 500, inFlight: _ => 2);

        Assert.Equal(2, limit.Current);
    }

    /// <summary>Two hundred samples a second.</summary>
    private void Feed(
        GradientLimit limit,
        int seconds,
        double latencyMs,
        Func<GradientLimit, int> inFlight,
        Func<GradientLimit, double>? latencyOf = null)
    {
        for (int i = 0; i < seconds * 200; i++)
        {
            _now += TimeSpan.FromMilliseconds(5);
            limit.Observe(TimeSpan.FromMilliseconds(latencyOf?.Invoke(limit) ?? latencyMs), inFlight(limit), _now);
        }
    }
}
