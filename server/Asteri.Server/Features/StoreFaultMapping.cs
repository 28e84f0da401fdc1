using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Asteri.Server.Features;

/// <summary>
/// The one place where a fault of the store becomes a status: the innermost interceptor. What the operator must know (lane, file, offset) goes to the
/// log under the call's request id; the caller learns what to do.
/// </summary>
internal sealed class StoreFaultMapping(ILogger<StoreFaultMapping> logger, TimeProvider time)
{
    private static readonly TimeSpan FullDiskPause = TimeSpan.FromSeconds(10);

    private long _fullDiskTold;

    /// <summary>An RpcInterceptor.</summary>
    public async ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next)
    {
        try
        {
            await next();
        }
        catch (StoreException e)
        {
            if (e.Fault is StoreFault.Damaged or StoreFault.ReadOnly || (e.Fault == StoreFault.OutOfSpace && MayTellOfFullDisk()))
            {
                logger.LogError("{Method} {RequestId}: the store answered {Fault}: {Message}", call.Method.Path, call.RequestId, e.Fault, e.Message);
            }

            throw ToRpc(e, call.RequestId);
        }
    }

    /// <summary>Now and then only: callers come back and back, and a line for each would take the last of the disk.</summary>
    private bool MayTellOfFullDisk()
    {
        long told = Volatile.Read(ref _fullDiskTold);
        long now = time.GetTimestamp();
        return (told == 0 || time.GetElapsedTime(told, now) >= FullDiskPause) && Interlocked.CompareExchange(ref _fullDiskTold, now, told) == told;
    }

    /// <summary>The status of a fault. A path of this machine is in none of them.</summary>
    public static RpcException ToRpc(StoreException fault, string requestId) => fault.Fault switch
    {
        StoreFault.Invalid => Status(RpcCode.InvalidArgument, fault.Message, "STORE_LIMIT"),
        // AIP-155 leaves the code open; ALREADY_EXISTS says what is the case: another write has this id, and no retry will change that.
        StoreFault.RequestIdReused => Status(
            RpcCode.AlreadyExists,
            "request_id: it came before with other writes, and nothing was written. A retry brings the same writes; a new write brings a new id.",
            "REQUEST_ID_REUSED"),
        StoreFault.OutOfSpace => Status(
            RpcCode.ResourceExhausted,
            "The node's disk has too little free space; nothing was written. Make space, or ask its operator to.",
            "OUT_OF_SPACE",
            TimeSpan.FromSeconds(10)),
        StoreFault.ReadOnly => Status(
            RpcCode.Unavailable,
            $"The node met a disk error and takes no writes; whether this one survives is unknown. Its log says more under {requestId}.",
            "LANE_READ_ONLY"),
        StoreFault.Damaged => Status(
            RpcCode.DataLoss,
            $"The stored bytes are not what was written. The node's log names the file under {requestId}; restore from a snapshot.",
            "DAMAGED"),
        StoreFault.LogTruncated => Status(
            RpcCode.OutOfRange,
            "The node's log no longer reaches back to this commit token. Scan the space and watch from the token of the scan.",
            "COMMIT_TOKEN_EXPIRED"),
        StoreFault.Overloaded => Status(RpcCode.Unavailable, "Too many writes are waiting; nothing was written.", "OVERLOADED", Jittered(100)),
        StoreFault.Closed => Status(RpcCode.Unavailable, "The node is stopping.", "STOPPING", Jittered(1_000)),
        _ => throw new InvalidOperationException($"The store's fault {fault.Fault} has no status.", fault),
    };

    /// <summary>So that those who were refused together do not come back together.</summary>
    private static TimeSpan Jittered(int ms) => TimeSpan.FromMilliseconds(ms + Random.Shared.Next(ms));

    private static RpcException Status(RpcCode code, string message, string reason, TimeSpan? retryAfter = null)
    {
        var info = new ErrorInfo { Reason = reason, Domain = "asteri" };
        return retryAfter is { } delay
            ? new(code, message, info, new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) })
            : new(code, message, info);
    }
}
