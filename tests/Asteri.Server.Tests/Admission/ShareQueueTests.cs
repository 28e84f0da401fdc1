using Asteri.Server.Admission;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Admission;

public sealed class ShareQueueTests
{
    private static readonly TimeSpan Ms = TimeSpan.FromMilliseconds(1);

    private readonly List<Waiter> _settled = [];

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    [Fact]
    public void Enter_RoomLeft_IsAdmittedAtOnce()
    {
        var queue = Queue(limit: 2);

        Assert.True(Enter(queue, "a").IsAdmitted);
        Assert.True(Enter(queue, "a").IsAdmitted);
        Assert.False(Enter(queue, "a").IsSettled);
        Assert.Equal((2, 1), (queue.InFlight, queue.Waiting));
    }

    [Fact]
    public void Leave_SomebodyWaits_LetsTheOldestIn()
    {
        var queue = Queue(limit: 1);
        var (first, second, third) = (Enter(queue, "a"), Enter(queue, "a"), Enter(queue, "a"));

        queue.Leave(first, sample: true, 3 * Ms, _settled);

        Assert.True(second.IsAdmitted);
        Assert.False(third.IsSettled);
    }

    [Fact]
    public void Leave_TwoTenantsWait_LetsTheOneWithFewerInWorkIn()
    {
        var queue = Queue(limit: 2);
        var (one, _) = (Enter(queue, "greedy"), Enter(queue, "greedy"));
        var more = Enter(queue, "greedy");
        var modest = Enter(queue, "modest");

        queue.Leave(one, sample: true, Ms, _settled);

        Assert.True(modest.IsAdmitted);
        Assert.False(more.IsSettled);
    }

    [Fact]
    public void Enter_DeadlineOver_IsRefused() =>
        Assert.Equal(Refusal.DeadlineOver, Enter(Queue(limit: 1), "a", now: 5 * Ms, expires: 5 * Ms).Refusal);

    [Fact]
    public void Leave_WaiterWhoseDeadlineIsOver_IsRefusedAndTheNextOneLetIn()
    {
        var queue = Queue(limit: 1);
        var running = Enter(queue, "a");
        var hasty = Enter(queue, "a", expires: 10 * Ms);
        var patient = Enter(queue, "a");

        queue.Leave(running, sample: true, 10 * Ms, _settled);

        Assert.Equal(Refusal.DeadlineOver, hasty.Refusal);
        Assert.True(patient.IsAdmitted);
    }

    [Fact]
    public void Enter_QueueFull_RefusesTheNewestOfTheLargestTenant()
    {
        var queue = Queue(limit: 1, maxWaiting: 4);
        Enter(queue, "running");
        var greedy = Enumerable.Range(0, 4).Select(_ => Enter(queue, "greedy")).ToList();

        var modest = Enter(queue, "modest");
        var again = Enter(queue, "greedy");

        Assert.False(modest.IsSettled);
        Assert.Equal(Refusal.TenantShare, greedy[3].Refusal);
        Assert.Equal(Refusal.TenantShare, again.Refusal);
        Assert.Equal(4, queue.Waiting);
    }

    [Fact]
    public void Enter_QueueFullOfOneTenant_IsTheNodesFault()
    {
        var queue = Queue(limit: 1, maxWaiting: 1);
        Enter(queue, "a");
        Enter(queue, "a");

        Assert.Equal(Refusal.NodeFull, Enter(queue, "a").Refusal);
    }

    [Fact]
    public void Enter_TenantQuotaUsedUp_IsRefusedThoughThereIsRoom()
    {
        var queue = Queue(limit: 10, tenantCalls: 2);
        var first = Enter(queue, "a");
        Enter(queue, "a");

        Assert.Equal(Refusal.TenantQuota, Enter(queue, "a").Refusal);
        Assert.True(Enter(queue, "b").IsAdmitted);
        queue.Leave(first, sample: true, Ms, _settled);
        Assert.True(Enter(queue, "a", now: Ms).IsAdmitted);
    }

    [Fact]
    public void Cancel_Waiting_GivesUpItsPlaceOnce()
    {
        var queue = Queue(limit: 1);
        var (running, waiting) = (Enter(queue, "a"), Enter(queue, "a"));

        Assert.True(queue.Cancel(waiting));
        Assert.False(queue.Cancel(waiting));
        Assert.False(queue.Cancel(running));
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public void Sweep_QueueStandsForLongerThanTheInterval_ShedsWhatIsOlderThanTheTarget()
    {
        var queue = Queue(limit: 1);
        Enter(queue, "a");
        var old = Enter(queue, "a", now: Ms);
        queue.Sweep(100 * Ms, _settled);
        Assert.False(queue.IsOverloaded);
        var young = Enter(queue, "a", now: 104 * Ms);

        queue.Sweep(107 * Ms, _settled);

        Assert.True(queue.IsOverloaded);
        Assert.Equal(Refusal.NodeFull, old.Refusal);
        Assert.False(young.IsSettled);
    }

    [Fact]
    public void Leave_Overloaded_LetsTheNewestIn()
    {
        var queue = Queue(limit: 1);
        var running = Enter(queue, "a");
        Enter(queue, "a", now: Ms);
        queue.Sweep(107 * Ms, _settled);
        var (older, newer) = (Enter(queue, "a", now: 108 * Ms), Enter(queue, "a", now: 109 * Ms));

        queue.Leave(running, sample: false, 110 * Ms, _settled);

        Assert.True(newer.IsAdmitted);
        Assert.False(older.IsSettled);
    }

    [Fact]
    public void Sweep_NothingShedForAnInterval_EndsTheOverload()
    {
        var queue = Queue(limit: 1);
        Enter(queue, "a");
        Enter(queue, "a", now: Ms);
        queue.Sweep(107 * Ms, _settled);

        queue.Sweep(208 * Ms, _settled);

        Assert.False(queue.IsOverloaded);
    }

    /// <summary>
    /// Whatever happens in whatever order: no more in work than the limit, nobody let in late, everybody settled once, nothing left at the end.
    /// </summary>
    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void RandomSteps_KeepEveryPromise(int seed)
    {
        var random = new Random(seed);
        var queue = Queue(limit: random.Next(1, 6), maxWaiting: random.Next(1, 20), tenantCalls: random.Next(3) == 0 ? 5 : 0);
        var (running, waiting, seen) = (new List<Waiter>(), new List<Waiter>(), new HashSet<Waiter>());
        var now = TimeSpan.Zero;
        for (int step = 0; step < 20_000; step++)
        {
            now += random.Next(3) * 0.5 * Ms;
            _settled.Clear();
            Step(random, queue, (running, waiting), now);
            foreach (var call in _settled)
            {
                Assert.True(seen.Add(call), "settled twice");
                waiting.Remove(call);
                if (!call.IsAdmitted) { continue; }
                Assert.True(call.Expires > now, "let in after its deadline");
                running.Add(call);
            }

            Assert.Equal((running.Count, waiting.Count), (queue.InFlight, queue.Waiting));
            Assert.InRange(queue.InFlight, 0, queue.Limit);
        }

        Drain(queue, running, now);
        Assert.Equal((0, 0), (queue.InFlight, queue.Waiting));
    }

    private void Step(Random random, ShareQueue queue, (List<Waiter> Running, List<Waiter> Waiting) calls, TimeSpan now)
    {
        switch (random.Next(10))
        {
            case < 5:
                var call = new Waiter($"tenant-{random.Next(4)}", random.Next(4) == 0 ? TimeSpan.MaxValue : now + (random.Next(60) * Ms));
                queue.Enter(call, now, _settled);
                if (!call.IsSettled) { calls.Waiting.Add(call); }
                break;
            case < 8 when calls.Running.Count > 0:
                var ended = calls.Running[random.Next(calls.Running.Count)];
                calls.Running.Remove(ended);
                queue.Leave(ended, random.Next(2) == 0, now, _settled);
                break;
            case 8 when calls.Waiting.Count > 0:
                var gone = calls.Waiting[random.Next(calls.Waiting.Count)];
                Assert.True(queue.Cancel(gone));
                calls.Waiting.Remove(gone);
                break;
            default:
                queue.Sweep(now, _settled);
                break;
        }
    }

    private void Drain(ShareQueue queue, List<Waiter> running, TimeSpan now)
    {
        while (running.Count > 0)
        {
            _settled.Clear();
            var ended = running[^1];
            running.RemoveAt(running.Count - 1);
            queue.Leave(ended, sample: false, now, _settled);
            running.AddRange(_settled.Where(c => c.IsAdmitted));
        }
    }

    private static ShareQueue Queue(int limit, int maxWaiting = 1_000, int tenantCalls = 0) =>
        new(GradientLimit.Fixed(limit), maxWaiting, tenantCalls);

    private Waiter Enter(ShareQueue queue, string tenant, TimeSpan now = default, TimeSpan? expires = null)
    {
        var call = new Waiter(tenant, expires ?? TimeSpan.MaxValue);
        queue.Enter(call, now, _settled);
        return call;
    }
}
