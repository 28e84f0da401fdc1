using System.Diagnostics.Metrics;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Share = Asteri.V1.Admission;

namespace Asteri.Server.Admission;

/// <summary>
/// Decides whether there is room for a call now: a share of the node's concurrency (search, write, admin), memory for its request, and a place in a
/// short queue whose calls are dropped as soon as their deadline is over. Refusals are UNAVAILABLE (the node is full) or RESOURCE_EXHAUSTED (the
/// tenant has its share) and say when to come again. Thread-safe.
/// </summary>
public sealed class AdmissionControl : IDisposable
{
    private const int AdminSlots = 2;
    private const int GroupCommit = 64;

    private readonly MethodPolicies _policies;
    private readonly MemoryBudget _memory;
    private readonly AdmissionMeters _meters;
    private readonly Dictionary<Share, (AdmissionShare Work, StreamCount Streams)> _shares;

    /// <param name="options">The limits.</param>
    /// <param name="policies">Which share a method draws from.</param>
    /// <param name="time">The clock of the queues.</param>
    /// <param name="meter">Takes the room's instruments.</param>
    public AdmissionControl(AdmissionOptions options, MethodPolicies policies, TimeProvider time, Meter meter)
    {
        (_policies, _meters) = (policies, new(meter));
        _memory = new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 100 * options.MemoryPercent);
        _shares = new()
        {
            [Share.Search] = Make("search", new(SearchLimit(options), options.MaxWaiting, options.TenantCalls)),
            [Share.Write] = Make("write", new(WriteLimit(options), options.MaxWaiting, options.TenantCalls)
            {
                // A commit is p99 11 ms where its median is 1 ms, and a checkpoint beside it makes it longer: that is the disk's breath, no overload.
                Target = TimeSpan.FromMilliseconds(25),
                Interval = TimeSpan.FromMilliseconds(500),
            }),
            [Share.Admin] = Make("admin", new(GradientLimit.Fixed(AdminSlots), options.MaxWaiting, options.TenantCalls)),
        };
        _meters.Watch(_memory, _shares.Values);

        (AdmissionShare, StreamCount) Make(string name, ShareQueue queue) =>
            (new(name, queue, time, _meters.Waited), new(options.MaxStreams));
    }

    /// <summary>The shares by name, as they stand.</summary>
    public IEnumerable<KeyValuePair<string, ShareStatus>> Status => _shares.Values.Select(s => KeyValuePair.Create(s.Work.Name, s.Work.Status));

    /// <summary>
    /// Takes room for one piece of work of a call. The interceptor does this for calls with one request and one response; the handler of a stream
    /// does it for every batch, so that an idle stream holds nothing: <c>using var slot = await admission.EnterAsync(call);</c> …
    /// <c>slot.Succeed();</c>
    /// </summary>
    /// <exception cref="RpcException">There is no room, or the deadline is over.</exception>
    /// <exception cref="OperationCanceledException">The caller went away while it waited.</exception>
    public async ValueTask<AdmissionSlot> EnterAsync(ServerCall call)
    {
        if (!_shares.TryGetValue(ShareOf(call), out var share)) { return AdmissionSlot.Unlimited; }
        var waiter = share.Work.Enter(Principal.Of(call).Tenant, call.Remaining);
        // The token is asked for only here: it costs a timer, and most calls never wait.
        if (waiter.MustWait) { await share.Work.WaitAsync(waiter, call.Cancellation); }
        if (waiter.Refusal == Refusal.Cancelled) { throw new OperationCanceledException(call.Cancellation); }
        if (waiter.Refusal != Refusal.None) { throw Refused(share.Work, waiter.Refusal); }

        // Its turn and its deadline may have come together: no work is begun that nobody waits for. And a request that waits has not been read,
        // so its memory is asked for now.
        long bytes = call.Method.Limits.MaxRequestBytes;
        bool isOver = IsPast(call.Remaining) || (waiter.MustWait && call.Cancellation.IsCancellationRequested);
        var refusal = isOver ? Refusal.DeadlineOver : _memory.TryCharge(bytes) ? Refusal.None : Refusal.NodeMemory;
        if (refusal != Refusal.None)
        {
            share.Work.Leave(waiter, sample: false);
            throw Refused(share.Work, refusal);
        }

        return new(succeeded =>
        {
            share.Work.Leave(waiter, succeeded);
            _memory.Release(bytes);
        });
    }

    /// <summary>Counts a stream while it is open. It is no room for work: see <see cref="EnterAsync"/>.</summary>
    /// <exception cref="RpcException">Too many are open.</exception>
    internal AdmissionSlot OpenStream(ServerCall call)
    {
        if (!_shares.TryGetValue(ShareOf(call), out var share)) { return AdmissionSlot.Unlimited; }
        string tenant = Principal.Of(call).Tenant;
        var refusal = share.Streams.TryOpen(tenant);
        return refusal == Refusal.None ? new(_ => share.Streams.Close(tenant)) : throw Refused(share.Work, refusal);
    }

    public void Dispose()
    {
        foreach (var (work, _) in _shares.Values) { work.Dispose(); }
    }

    private static bool IsPast(TimeSpan remaining) => remaining != Timeout.InfiniteTimeSpan && remaining <= TimeSpan.Zero;

    /// <summary>
    /// Work for the cores. Never fewer than one call per core of the share: less would leave cores idle, and a limit that has fallen too far needs
    /// seconds to find back.
    /// </summary>
    private static GradientLimit SearchLimit(AdmissionOptions options)
    {
        int percent = options.SearchPercent;
        return new(Start(options, percent), Part(Environment.ProcessorCount, percent), Part(options.MaxLimit, percent));
    }

    /// <summary>
    /// Work for the disk, where a group commit makes company cheap: measured, 64 writers wait twice as long as one and are served thirty times as
    /// fast. So a write may take four times the baseline, and 64 are let in always.
    /// </summary>
    private static GradientLimit WriteLimit(AdmissionOptions options)
    {
        int percent = 100 - options.SearchPercent;
        return new(Start(options, percent), GroupCommit, Part(options.MaxLimit, percent), tolerance: 4);
    }

    private static int Start(AdmissionOptions options, int percent) =>
        Part(options.StartLimit == 0 ? 4 * Environment.ProcessorCount : options.StartLimit, percent);

    private static int Part(int whole, int percent) => Math.Max(2, whole * percent / 100);

    private Share ShareOf(ServerCall call) =>
        _policies.Of(call.Method)?.Admission ?? throw new RpcException(RpcCode.PermissionDenied, $"Nobody may call {call.Method}: it has no policy.");

    private RpcException Refused(AdmissionShare share, Refusal refusal)
    {
        _meters.CountRefusal(share.Name, refusal);
        return Refusals.Answer(refusal);
    }
}
