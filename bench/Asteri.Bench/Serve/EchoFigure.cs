using System.Text.Json.Serialization;

namespace Asteri.Bench.Serve;

/// <summary>All rounds of one size: Asteri's against the bare echo's.</summary>
internal sealed record EchoFigure(
    int Bytes,
    [property: JsonIgnore] IReadOnlyList<EchoRound> Bare,
    [property: JsonIgnore] IReadOnlyList<EchoRound> Asteri)
{
    public int Rounds => Bare.Count;

    public double BareBest => Bare.Max(r => r.CallsPerSecond);

    public double AsteriBest => Asteri.Max(r => r.CallsPerSecond);

    public double BareMedian => Median(Bare, r => r.CallsPerSecond);

    public double AsteriMedian => Median(Asteri, r => r.CallsPerSecond);

    public double BareCpuMicroseconds => Median(Bare, r => r.CpuMicroseconds);

    public double AsteriCpuMicroseconds => Median(Asteri, r => r.CpuMicroseconds);

    public double BareAllocatedBytes => Median(Bare, r => r.AllocatedBytes);

    public double AsteriAllocatedBytes => Median(Asteri, r => r.AllocatedBytes);

    public double RatioOfBest => AsteriBest / BareBest;

    /// <summary>
    /// The median of the ratios of two neighbouring rounds: what other work on the machine does to one of them it mostly does to both.
    /// </summary>
    public double RatioOfNeighbours => Median([.. Bare.Zip(Asteri, (bare, asteri) => asteri.CallsPerSecond / bare.CallsPerSecond)], ratio => ratio);

    private static double Median<T>(IReadOnlyList<T> rounds, Func<T, double> value)
    {
        double[] sorted = [.. rounds.Select(value).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
