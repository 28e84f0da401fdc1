using Asteri.Rpc.Calls;

namespace Asteri.Server.Telemetry;

/// <summary>The outermost interceptor: counts and times every call, refused ones too, opens its span under the caller's traceparent, and logs slow calls and faults of ours.</summary>
public sealed class TelemetryInterceptor
{
    public TelemetryInterceptor(NodeMeters meters, TelemetryOptions options, TimeProvider time, ILogger<TelemetryInterceptor> logger) =>
        throw new NotSupportedException("to be written");

    /// <summary>An <see cref="Asteri.Rpc.Services.RpcInterceptor"/>.</summary>
    public ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next) => throw new NotSupportedException("to be written");
}
