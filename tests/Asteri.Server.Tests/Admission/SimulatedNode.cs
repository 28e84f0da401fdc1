using Asteri.Server.Admission;

namespace Asteri.Server.Tests.Admission;

/// <summary>
/// A node of a few cores in simulated time: calls in work share the cores evenly, and each core that is shared by more loses a little to switching.
/// Load comes from outside at a given rate whatever becomes of it (an open loop), as users do.
/// </summary>
internal sealed class SimulatedNode(ShareQueue queue, int cores, Random random)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(2);
    private const double SwitchingCost = 0.002;

    private readonly Dictionary<Waiter, double> _leftMs = [];
    private readonly List<Waiter> _settled = [];
    private TimeSpan _now;

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    public double MeanWorkMs { get; set; } = 10;

    /// <summary>Calls a second that the cores can do.</summary>
    public double Capacity => cores * 1_000 / MeanWorkMs;

    /// <summary>Runs for a while, and says what became of the calls that ended in it.</summary>
    public Outcome Run(TimeSpan duration, params (string Tenant, double PerSecond)[] load)
    {
        var outcome = new Outcome(duration);
        var (end, nextSweep) = (_now + duration, _now + SweepPeriod);
        for (; _now < end; _now += Tick)
        {
            foreach (var (tenant, perSecond) in load)
            {
                outcome.Offered[tenant] = outcome.Offered.GetValueOrDefault(tenant);
                for (double chance = perSecond * Tick.TotalSeconds; chance > 0; chance--)
                {
                    if (random.NextDouble() >= chance) { continue; }
                    outcome.Offered[tenant]++;
                    queue.Enter(new(tenant, _now + Deadline), _now, _settled);
                }
            }

            if (_now >= nextSweep)
            {
                queue.Sweep(_now, _settled);
                nextSweep += SweepPeriod;
            }

            Work(outcome);
            Settle(outcome);
        }

        return outcome;
    }

    private void Work(Outcome outcome)
    {
        double crowd = Math.Max(0, _leftMs.Count - cores);
        double share = Math.Min(1, (double)cores / Math.Max(1, _leftMs.Count)) / (1 + (crowd * SwitchingCost)) * Tick.TotalMilliseconds;
        foreach (var (call, left) in _leftMs.ToArray())
        {
            if (left > share)
            {
                _leftMs[call] = left - share;
                continue;
            }

            _leftMs.Remove(call);
            outcome.End(call, _now);
            queue.Leave(call, sample: true, _now, _settled);
        }
    }

    private void Settle(Outcome outcome)
    {
        foreach (var call in _settled)
        {
            if (call.IsAdmitted) { _leftMs[call] = MeanWorkMs * (0.5 + random.NextDouble()); }
            else { outcome.RefusedAfterMs.Add((_now - call.Arrived).TotalMilliseconds); }
        }

        _settled.Clear();
    }

    /// <summary>What became of the calls of one run.</summary>
    internal sealed class Outcome(TimeSpan duration)
    {
        public Dictionary<string, int> Offered { get; } = [];

        public Dictionary<string, int> Good { get; } = [];

        public int Late { get; private set; }

        public List<double> LatencyMs { get; } = [];

        public List<double> RefusedAfterMs { get; } = [];

        public double GoodPerSecond => Good.Values.Sum() / duration.TotalSeconds;

        public static double Percentile(List<double> values, double p) => values.Order().ElementAt((int)(p * (values.Count - 1)));

        public void End(Waiter call, TimeSpan now)
        {
            LatencyMs.Add((now - call.Arrived).TotalMilliseconds);
            if (now > call.Expires) { Late++; }
            else { Good[call.Tenant] = Good.GetValueOrDefault(call.Tenant) + 1; }
        }
    }
}
