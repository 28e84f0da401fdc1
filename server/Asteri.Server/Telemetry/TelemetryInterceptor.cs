using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Asteri.Rpc.Calls;

namespace Asteri.Server.Telemetry;

/// <summary>
/// The outermost interceptor: counts and times every call, refused ones too, opens its span under the caller's traceparent, and logs slow calls.
/// </summary>
public sealed class TelemetryInterceptor
{
    /// <summary>From a hash lookup to the longest deadline. Half a decade apart below a second, where the questions are.</summary>
    private static readonly double[] DurationBuckets =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>The paths without their slash, so that a call makes no string.</summary>
    private readonly ConcurrentDictionary<RpcMethod, string> _names = new();
    private readonly ActivitySource _activities;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _active;
    private readonly TimeSpan _slow;
    private readonly TimeProvider _time;
    private readonly ILogger<TelemetryInterceptor> _logger;

    public TelemetryInterceptor(NodeMeters meters, TelemetryOptions options, TimeProvider time, ILogger<TelemetryInterceptor> logger)
    {
        (_activities, _time, _logger) = (meters.Activities, time, logger);
        _slow = options.SlowCall == TimeSpan.Zero ? TimeSpan.MaxValue : options.SlowCall;
        _calls = meters.Meter.CreateCounter<long>("asteri.rpc.calls", "{call}", "Calls by method and code.");
        _active = meters.Meter.CreateUpDownCounter<long>("asteri.rpc.active", "{call}", "Calls under way, streams included.");
        _duration = meters.Meter.CreateHistogram(
            "asteri.rpc.duration", "s", "Duration of calls, from the headers to the last byte of the reply.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    }

    /// <summary>An <see cref="Rpc.Services.RpcInterceptor"/>.</summary>
    public async ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next)
    {
        long started = _time.GetTimestamp();
        var method = new KeyValuePair<string, object?>("method", _names.GetOrAdd(call.Method, static m => m.Path[1..]));
        _active.Add(1, method);
        using var activity = _activities.HasListeners() ? StartActivity(call) : null;
        var code = RpcCode.Ok;
        try
        {
            await next();
        }
        catch (Exception failure)
        {
            code = CallOutcome.CodeOf(failure, call.Remaining);
            throw;
        }
        finally
        {
            _active.Add(-1, method);
            End(call, code, method, _time.GetElapsedTime(started));
            EndActivity(activity, code);
        }
    }

    private void End(ServerCall call, RpcCode code, KeyValuePair<string, object?> method, TimeSpan duration)
    {
        string name = CallOutcome.NameOf(code);
        _calls.Add(1, method, new("code", name));
        _duration.Record(duration.TotalSeconds, method);
        bool isStream = call.Method.Descriptor.IsClientStreaming || call.Method.Descriptor.IsServerStreaming;
        if (duration > _slow && !isStream)
        {
            _logger.LogWarning(
                "Slow call: {Method} took {DurationMs:F1} ms and ended {Code}; request {RequestId}",
                call.Method.Path,
                duration.TotalMilliseconds,
                name,
                call.RequestId);
        }
    }

    private Activity? StartActivity(ServerCall call)
    {
        var parent = default(ActivityContext);
        if (call.RequestHeaders.TryGetText("traceparent", out string? traceParent))
        {
            call.RequestHeaders.TryGetText("tracestate", out string? traceState);
            ActivityContext.TryParse(traceParent, traceState, isRemote: true, out parent);
        }

        var activity = _activities.StartActivity(call.Method.Path[1..], ActivityKind.Server, parent);
        activity?.SetTag("rpc.system", "grpc");
        activity?.SetTag("rpc.service", call.Method.Descriptor.Service.FullName);
        activity?.SetTag("rpc.method", call.Method.Descriptor.Name);
        activity?.SetTag("asteri.request_id", call.RequestId);
        return activity;
    }

    private static void EndActivity(Activity? activity, RpcCode code)
    {
        activity?.SetTag("rpc.grpc.status_code", (int)code);
        if (CallOutcome.IsOurFault(code)) { activity?.SetStatus(ActivityStatusCode.Error, CallOutcome.NameOf(code)); }
    }
}
