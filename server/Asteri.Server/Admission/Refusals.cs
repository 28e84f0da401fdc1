using System.Globalization;
using Asteri.Rpc.Calls;

namespace Asteri.Server.Admission;

/// <summary>
/// A refusal as the caller sees it. Those worth another try say when, twice: RetryInfo for programs, grpc-retry-pushback-ms for gRPC's own retries.
/// With jitter, so that the refused do not come back together.
/// </summary>
internal static class Refusals
{
    private const string PushbackTrailer = "grpc-retry-pushback-ms";
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    public static RpcException Answer(Refusal refusal) => refusal switch
    {
        Refusal.DeadlineOver => new(RpcCode.DeadlineExceeded, "The deadline was over before the call's turn came; nothing was done."),
        Refusal.NodeFull => Retry(RpcCode.Unavailable, "The node is full; nothing was done.", "NODE_FULL"),
        Refusal.NodeMemory =>
            Retry(RpcCode.Unavailable, "The requests in work need all the memory set aside for them; nothing was done.", "NODE_MEMORY"),
        Refusal.Streams =>
            Retry(RpcCode.Unavailable, "Too many streams are open; nothing was done. Close some, or raise Admission:MaxStreams.", "NODE_STREAMS"),
        Refusal.TenantShare =>
            Retry(RpcCode.ResourceExhausted, "The node is full, and this tenant has more than its part of it; nothing was done.", "TENANT_SHARE"),
        Refusal.TenantQuota =>
            Retry(RpcCode.ResourceExhausted, "The tenant's quota of calls or streams at a time is used up; nothing was done.", "TENANT_QUOTA"),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "This is no refusal that a caller sees."),
    };

    private static RpcException Retry(RpcCode code, string message, string reason)
    {
        var wait = Wait * (1 + Random.Shared.NextDouble());
        var answer = RpcException.RetryAfter(code, message, wait, reason);
        answer.Trailers.Add(PushbackTrailer, ((int)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        return answer;
    }
}
