using System.Diagnostics.Metrics;
using Asteri.Server.Admission;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Admission;

public sealed class AdmissionShareTests : IDisposable
{
    private readonly Meter _meter = new("test");

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task EnterAsync_RoomLeft_CompletesAtOnce()
    {
        using var share = Share(limit: 1, new ManualTime());

        var call = EnterAsync(share, "a", TimeSpan.FromSeconds(1), default);

        Assert.True(call.IsCompletedSuccessfully);
        Assert.True((await call).IsAdmitted);
    }

    [Fact]
    public async Task EnterAsync_DeadlinePassesInTheQueue_IsRefusedThen()
    {
        var time = new ManualTime();
        using var share = Share(limit: 1, time);
        await EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default);
        var waiting = EnterAsync(share, "a", TimeSpan.FromMilliseconds(50), default).AsTask();

        time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(3));

        Assert.Equal(Refusal.DeadlineOver, (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Refusal);
    }

    [Fact]
    public async Task EnterAsync_QueueStands_RefusalsFollowTheTarget()
    {
        var time = new ManualTime();
        using var share = Share(limit: 1, time);
        await EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default);
        var first = EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(110));
        Assert.Equal(Refusal.NodeFull, (await first.WaitAsync(TimeSpan.FromSeconds(30))).Refusal);

        var second = EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(8));

        Assert.Equal(Refusal.NodeFull, (await second.WaitAsync(TimeSpan.FromSeconds(30))).Refusal);
    }

    [Fact]
    public async Task EnterAsync_CancelledInTheQueue_LeavesItsPlaceToTheNext()
    {
        using var share = Share(limit: 1, new ManualTime());
        using var gone = new CancellationTokenSource();
        var running = await EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default);
        var cancelled = EnterAsync(share, "a", Timeout.InfiniteTimeSpan, gone.Token).AsTask();
        var next = EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default).AsTask();

        await gone.CancelAsync();
        share.Leave(running, sample: true);

        Assert.Equal(Refusal.Cancelled, (await cancelled.WaitAsync(TimeSpan.FromSeconds(30))).Refusal);
        Assert.True((await next.WaitAsync(TimeSpan.FromSeconds(30))).IsAdmitted);
    }

    /// <summary>Many callers on all cores that cancel at random moments: never more in work than the limit, and no slot is lost.</summary>
    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public async Task EnterAsync_RandomCancels_LoseNoSlot(int seed)
    {
        const int Limit = 3;
        using var share = Share(Limit, TimeProvider.System);
        int inWork = 0, mostInWork = 0, admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            for (int i = 0; i < 300; i++)
            {
                using var gone = new CancellationTokenSource();
                if (random.Next(3) == 0) { gone.CancelAfter(TimeSpan.FromMilliseconds(random.Next(3))); }
                var call = await EnterAsync(share, $"tenant-{worker % 4}", TimeSpan.FromMilliseconds(random.Next(1, 40)), gone.Token);
                if (!call.IsAdmitted) { continue; }
                int now = Interlocked.Increment(ref inWork);
                InterlockedMax(ref mostInWork, now);
                Interlocked.Increment(ref admitted);
                if (random.Next(4) == 0) { await Task.Delay(random.Next(3)); }
                Interlocked.Decrement(ref inWork);
                share.Leave(call, sample: random.Next(2) == 0);
            }
        }))).WaitAsync(TimeSpan.FromSeconds(100));

        Assert.Equal((0, 0), (share.Status.InFlight, share.Status.Waiting));
        Assert.InRange(mostInWork, 1, Limit);
        Assert.True(admitted > 0);
        Assert.True((await EnterAsync(share, "a", Timeout.InfiniteTimeSpan, default)).IsAdmitted);
    }

    private static async ValueTask<Waiter> EnterAsync(AdmissionShare share, string tenant, TimeSpan remaining, CancellationToken cancellation)
    {
        var call = share.Enter(tenant, remaining);
        if (call.MustWait) { await share.WaitAsync(call, cancellation); }
        Assert.True(call.IsSettled);
        return call;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (seen < value)
        {
            int before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen) { return; }
            seen = before;
        }
    }

    private AdmissionShare Share(int limit, TimeProvider time) =>
        new("test", new(GradientLimit.Fixed(limit), maxWaiting: 100, tenantCalls: 0), time, _meter.CreateHistogram<double>("wait"));
}
