using Asteri.Server.Admission;
using Asteri.Server.Tests.Support;
using static Asteri.Server.Tests.Admission.SimulatedNode;

namespace Asteri.Server.Tests.Admission;

/// <summary>The queue and the gradient together, on a simulated node: what overload does to goodput, latency, refusals and fairness.</summary>
public sealed class OverloadTests
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void FiveTimesTheLoad_GoodputLatencyAndRefusals_StayWithinTheirBounds(int seed)
    {
        var node = Node(seed);
        node.Run(WarmUp, ("a", 0.5 * node.Capacity));
        var knee = node.Run(Span, ("a", 0.95 * node.Capacity));
        node.Run(WarmUp, ("a", 5 * node.Capacity));
        var over = node.Run(Span, ("a", 5 * node.Capacity));

        Assert.True(over.GoodPerSecond >= 0.9 * node.Capacity, $"{over.GoodPerSecond:F0} good calls a second of {node.Capacity:F0}");
        Assert.Equal(0, over.Late);
        double kneeP99 = Outcome.Percentile(knee.LatencyMs, 0.99), overP99 = Outcome.Percentile(over.LatencyMs, 0.99);
        Assert.True(overP99 <= 2 * kneeP99, $"p99 of served calls {overP99:F1} ms, {kneeP99:F1} ms at the knee");
        double refusedP99 = Outcome.Percentile(over.RefusedAfterMs, 0.99);
        Assert.True(refusedP99 <= 5.1, $"p99 of refusals {refusedP99:F2} ms");
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void AfterOverload_EverythingIsServedAgainWithinTwoSeconds(int seed)
    {
        var node = Node(seed);
        node.Run(Span, ("a", 5 * node.Capacity));
        node.Run(TimeSpan.FromSeconds(2), ("a", 0.5 * node.Capacity));
        var after = node.Run(Span, ("a", 0.5 * node.Capacity));

        Assert.True(after.RefusedAfterMs.Count <= 0.001 * after.Offered["a"], $"{after.RefusedAfterMs.Count} of {after.Offered["a"]} refused");
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void OneTenantFloods_TheModestOneIsServed(int seed)
    {
        var node = Node(seed);
        (string, double)[] load = [("greedy", 10 * node.Capacity), ("modest", 0.3 * node.Capacity)];
        node.Run(WarmUp, load);
        var over = node.Run(Span, load);

        Assert.True(
            over.Good["modest"] >= 0.95 * over.Offered["modest"],
            $"{over.Good["modest"]} of the modest tenant's {over.Offered["modest"]} calls served");
        Assert.True(over.GoodPerSecond >= 0.9 * node.Capacity);
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void ThreeTenantsFlood_EachHasItsThird(int seed)
    {
        var node = Node(seed);
        (string, double)[] load = [("a", 2 * node.Capacity), ("b", 4 * node.Capacity), ("c", 8 * node.Capacity)];
        node.Run(WarmUp, load);
        var over = node.Run(Span, load);

        Assert.All(over.Good.Values, served => Assert.InRange(served, 0.9 * over.Good.Values.Average(), 1.1 * over.Good.Values.Average()));
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void CallsBecomeTwentyTimesAsHeavy_TheLimitFindsItsWayBack(int seed)
    {
        var node = Node(seed, cores: 8);
        node.MeanWorkMs = 1;
        node.Run(WarmUp, ("a", 2 * node.Capacity));
        node.MeanWorkMs = 20;
        node.Run(TimeSpan.FromSeconds(15), ("a", 2 * node.Capacity));
        var after = node.Run(Span, ("a", 2 * node.Capacity));

        Assert.True(after.GoodPerSecond >= 0.9 * node.Capacity, $"{after.GoodPerSecond:F0} good calls a second of {node.Capacity:F0}");
    }

    private static SimulatedNode Node(int seed, int cores = 2) =>
        new(new(new GradientLimit(4 * cores, Math.Max(2, cores), 1_024), maxWaiting: 1_000, tenantCalls: 0), cores, new(seed));
}
