using System.Diagnostics.Metrics;
using System.Globalization;
using Asteri.Rpc.Calls;
using Asteri.Server.Admission;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;
using Google.Rpc;

namespace Asteri.Server.Tests.Admission;

public sealed class AdmissionInterceptorTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly ManualTime _time = new();
    private readonly MethodPolicies _policies = MethodPolicies.Read(BoundServices.All);

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task InterceptAsync_RoomLeft_RunsTheCallAndGivesTheRoomBack()
    {
        using var control = Control(new());
        bool ran = false;

        await new AdmissionInterceptor(control).InterceptAsync(Call("GetEntry"), () =>
        {
            ran = true;
            Assert.Equal(1, Status(control, "search").InFlight);
            return ValueTask.CompletedTask;
        });

        Assert.True(ran);
        Assert.Equal(0, Status(control, "search").InFlight);
    }

    [Fact]
    public async Task InterceptAsync_CallFails_GivesTheRoomBack()
    {
        using var control = Control(new());

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await new AdmissionInterceptor(control).InterceptAsync(Call("WriteEntries"), () => throw new InvalidOperationException()));

        Assert.Equal(0, Status(control, "write").InFlight);
        Assert.Equal(0, Gauge("asteri.admission.memory"));
    }

    [Fact]
    public async Task EnterAsync_NodeFull_IsRefusedAtOnceWithAHintWhenToComeAgain()
    {
        using var control = Control(new() { MaxWaiting = 1 });
        using var first = await control.EnterAsync(Call("ListKeys"));
        using var second = await control.EnterAsync(Call("ListKeys"));
        var waiting = control.EnterAsync(Call("ListKeys"));

        var refused = control.EnterAsync(Call("ListKeys"));

        Assert.True(refused.IsFaulted);
        var answer = await Assert.ThrowsAsync<RpcException>(async () => await refused);
        Assert.Equal(RpcCode.Unavailable, answer.Status.Code);
        Assert.Equal("NODE_FULL", answer.Detail<ErrorInfo>()?.Reason);
        var wait = Assert.IsType<RetryInfo>(answer.Detail<RetryInfo>()).RetryDelay.ToTimeSpan();
        Assert.InRange(wait, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400));
        Assert.True(answer.Trailers.TryGetText("grpc-retry-pushback-ms", out string? pushback));
        Assert.Equal((int)wait.TotalMilliseconds, int.Parse(pushback, CultureInfo.InvariantCulture));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task EnterAsync_TenantQuotaUsedUp_IsResourceExhausted()
    {
        using var control = Control(new() { TenantCalls = 1 });
        using var first = await control.EnterAsync(Call("GetEntry"));

        var answer = await Assert.ThrowsAsync<RpcException>(async () => await control.EnterAsync(Call("GetEntry")));

        Assert.Equal(RpcCode.ResourceExhausted, answer.Status.Code);
        using var other = await control.EnterAsync(Call("GetEntry", tenant: "other"));
    }

    [Fact]
    public async Task EnterAsync_DeadlineComesWithItsTurn_IsNotServed()
    {
        using var control = Control(new());
        using var first = await control.EnterAsync(Call("ListKeys"));
        var second = await control.EnterAsync(Call("ListKeys"));
        var left = TimeSpan.FromSeconds(1);
        var waiting = control.EnterAsync(new FakeCall(BoundServices.Method("ListKeys")) { RemainingNow = () => left }.As("default")).AsTask();

        left = TimeSpan.Zero;
        second.Dispose();

        var answer = await Assert.ThrowsAsync<RpcException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(RpcCode.DeadlineExceeded, answer.Status.Code);
        Assert.Equal(1, Status(control, "admin").InFlight);
    }

    [Fact]
    public async Task EnterAsync_CallerGoesAwayInTheQueue_IsCancelledAndHoldsNothing()
    {
        using var control = Control(new());
        using var gone = new CancellationTokenSource();
        using var first = await control.EnterAsync(Call("ListKeys"));
        using var second = await control.EnterAsync(Call("ListKeys"));
        long before = Gauge("asteri.admission.memory");
        var waiting = control.EnterAsync(new FakeCall(BoundServices.Method("ListKeys")) { CancellationToken = gone.Token }.As("default")).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(before, Gauge("asteri.admission.memory"));
        Assert.Equal(0, Status(control, "admin").Waiting);
    }

    [Fact]
    public async Task InterceptAsync_MethodThatIsNeverQueued_RunsThoughEverythingIsFull()
    {
        using var control = Control(new() { MaxStreams = 1 });
        bool ran = false;

        foreach (string method in (string[])["Check", "Watch", "WatchEntries"])
        {
            await new AdmissionInterceptor(control).InterceptAsync(new FakeCall(BoundServices.Method(method)), () =>
            {
                ran = true;
                return ValueTask.CompletedTask;
            });
        }

        Assert.True(ran);
    }

    [Fact]
    public async Task InterceptAsync_OpenStream_HoldsNoRoomForWorkAndIsCounted()
    {
        using var control = Control(new() { MaxStreams = 4 });
        var interceptor = new AdmissionInterceptor(control);
        var end = new TaskCompletionSource();
        var streams = Enumerable.Range(0, 3).Select(_ => interceptor.InterceptAsync(Call("StreamEntries"), () => new(end.Task)).AsTask()).ToList();

        Assert.Equal(0, Status(control, "write").InFlight);
        Assert.Equal(RpcCode.ResourceExhausted, (await Refused(interceptor, Call("StreamEntries"))).Status.Code);
        var other = interceptor.InterceptAsync(Call("StreamEntries", tenant: "other"), () => new(end.Task)).AsTask();
        Assert.Equal(RpcCode.Unavailable, (await Refused(interceptor, Call("StreamEntries", tenant: "third"))).Status.Code);

        end.SetResult();
        await Task.WhenAll([.. streams, other]);
        await interceptor.InterceptAsync(Call("StreamEntries"), () => ValueTask.CompletedTask);
    }

    [Fact]
    public void TryCharge_BeyondTheLimit_IsRefusedUnlessItIsAlone()
    {
        var memory = new MemoryBudget(100);

        Assert.True(memory.TryCharge(150));
        Assert.False(memory.TryCharge(1));
        memory.Release(150);
        Assert.True(memory.TryCharge(60));
        Assert.False(memory.TryCharge(41));
        Assert.True(memory.TryCharge(40));
        Assert.Equal(100, memory.ChargedBytes);
    }

    [Fact]
    public void Policies_OfEveryMethod_NameAShareThatExists() =>
        Assert.All(BoundServices.Methods, m => Assert.NotEqual(V1.Admission.Unspecified, _policies.Of(m)!.Admission));

    private static async Task<RpcException> Refused(AdmissionInterceptor interceptor, FakeCall call) =>
        await Assert.ThrowsAsync<RpcException>(async () =>
            await interceptor.InterceptAsync(call, () => throw new InvalidOperationException("it was let in")));

    private static ShareStatus Status(AdmissionControl control, string share) => control.Status.Single(s => s.Key == share).Value;

    private static FakeCall Call(string method, string tenant = "default") => new FakeCall(BoundServices.Method(method)).As(tenant);

    private AdmissionControl Control(AdmissionOptions options) => new(options, _policies, _time, _meter);

    private long Gauge(string name)
    {
        long value = -1;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _meter && instrument.Name == name) { l.EnableMeasurementEvents(instrument); }
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => value = measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }
}
