using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.Server.Telemetry;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Telemetry;

public sealed class TelemetryInterceptorTests : IDisposable
{
    private const string GetEntry = "asteri.v1.StoreService/GetEntry";

    private readonly NodeMeters _meters = new();
    private readonly MetricsPage _page;
    private readonly ManualTime _time = new();
    private readonly CapturedLog<TelemetryInterceptor> _log = new();

    public TelemetryInterceptorTests() => _page = new(_meters);

    public void Dispose()
    {
        _page.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task InterceptAsync_CallsOfSeveralEnds_AreCountedByCodeAndTimed()
    {
        var interceptor = Interceptor(new());
        await interceptor.InterceptAsync(Call(), () => Take(ms: 3));
        await Assert.ThrowsAsync<RpcException>(async () =>
            await interceptor.InterceptAsync(Call(), () => throw new RpcException(RpcCode.NotFound, "")));
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await interceptor.InterceptAsync(Call(), () => throw new OperationCanceledException()));
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await interceptor.InterceptAsync(Call(TimeSpan.Zero), () => throw new OperationCanceledException()));
        await Assert.ThrowsAsync<FormatException>(async () => await interceptor.InterceptAsync(Call(), () => throw new FormatException()));

        var families = PrometheusText.Read(_page.Render());

        Assert.Equal(
            ["CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "NOT_FOUND", "OK"],
            families["asteri_rpc_calls_total"].Samples.Select(s => s.Key.Split("code=")[1].Split(',')[0]).Order(StringComparer.Ordinal));
        var duration = families["asteri_rpc_duration_seconds"].Samples;
        Assert.Equal(5, duration[$"asteri_rpc_duration_seconds_count{{method={GetEntry}}}"]);
        Assert.Equal(0.003, duration[$"asteri_rpc_duration_seconds_sum{{method={GetEntry}}}"], 9);
        Assert.Equal(4, duration[$"asteri_rpc_duration_seconds_bucket{{le=0.0025,method={GetEntry}}}"]);
        Assert.Equal(0, families["asteri_rpc_active"].Samples[$"asteri_rpc_active{{method={GetEntry}}}"]);
    }

    [Fact]
    public async Task InterceptAsync_SlowCall_IsLoggedWithoutWhatItCarried()
    {
        var call = Call().With("authorization", "Bearer secret-credential").With("x-note", "payload");

        await Interceptor(new() { SlowCall = TimeSpan.FromMilliseconds(100) }).InterceptAsync(call, () => Take(ms: 101));

        string line = Assert.Single(_log.Lines);
        Assert.Contains("Slow call: /asteri.v1.StoreService/GetEntry took 101.0 ms and ended OK; request request-1", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-credential", line, StringComparison.Ordinal);
        Assert.DoesNotContain("payload", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 100, "GetEntry")]
    [InlineData(0, 60_000, "GetEntry")]
    [InlineData(100, 60_000, "ScanEntries")]
    public async Task InterceptAsync_NotSlowOrAStream_IsNotLogged(int slowMs, int tookMs, string method)
    {
        await Interceptor(new() { SlowCall = TimeSpan.FromMilliseconds(slowMs) })
            .InterceptAsync(new FakeCall(BoundServices.Method(method)), () => Take(tookMs));

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task InterceptAsync_CallerSendsTraceparent_ContinuesItsTrace()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _meters.Activities),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var call = Call().With("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").With("tracestate", "vendor=1");

        await Assert.ThrowsAsync<FormatException>(async () => await Interceptor(new()).InterceptAsync(call, () => throw new FormatException()));
        await Interceptor(new()).InterceptAsync(Call().With("traceparent", "not one"), () => default);

        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (ended[0].TraceId.ToHexString(), ended[0].ParentSpanId.ToHexString()));
        Assert.Equal((GetEntry, ActivityKind.Server, "vendor=1"), (ended[0].OperationName, ended[0].Kind, ended[0].TraceStateString));
        Assert.Equal((ActivityStatusCode.Error, 13), (ended[0].Status, ended[0].GetTagItem("rpc.grpc.status_code")));
        Assert.Equal(default, ended[1].ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, ended[1].Status);
    }

    private ValueTask Take(int ms)
    {
        _time.Advance(TimeSpan.FromMilliseconds(ms));
        return default;
    }

    private TelemetryInterceptor Interceptor(TelemetryOptions options) => new(_meters, options, _time, _log);

    private static FakeCall Call(TimeSpan? remaining = null) =>
        new(BoundServices.Method("GetEntry")) { RemainingNow = () => remaining ?? Timeout.InfiniteTimeSpan };
}
