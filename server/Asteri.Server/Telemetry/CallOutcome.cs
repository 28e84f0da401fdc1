using Asteri.Rpc.Calls;
using Google.Rpc;

namespace Asteri.Server.Telemetry;

/// <summary>How a call ended, in gRPC's own words.</summary>
internal static class CallOutcome
{
    /// <summary>A timer may fire this much before the clock says that the deadline is over.</summary>
    private static readonly TimeSpan TimerEarly = TimeSpan.FromMilliseconds(2);

    /// <summary>By number, as google.rpc.Code calls them.</summary>
    private static readonly string[] Names =
        [.. Enum.GetValues<RpcCode>().Select(c => CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)c).Name)];

    /// <summary>The code of a call that ended with this exception; the same that the caller is told.</summary>
    public static RpcCode CodeOf(Exception failure, TimeSpan remaining) => failure switch
    {
        RpcException refused => refused.Status.Code,
        OperationCanceledException => remaining != Timeout.InfiniteTimeSpan && remaining <= TimerEarly ? RpcCode.DeadlineExceeded : RpcCode.Cancelled,
        _ => RpcCode.Internal,
    };

    /// <summary>"OK", "NOT_FOUND", …</summary>
    public static string NameOf(RpcCode code) => Names[(int)code];

    /// <summary>Whether a span with this code is an error of the server, by OpenTelemetry's conventions.</summary>
    public static bool IsOurFault(RpcCode code) =>
        code is RpcCode.Unknown or RpcCode.DeadlineExceeded or RpcCode.Unimplemented or RpcCode.Internal or RpcCode.Unavailable or RpcCode.DataLoss;
}
