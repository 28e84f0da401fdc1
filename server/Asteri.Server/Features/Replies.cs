using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Server.Features;

/// <summary>What stands in every reply.</summary>
internal static class Replies
{
    /// <summary>The reply's meta: the request's id, the time since <paramref name="started"/>, and where the store stood.</summary>
    public static ResponseMeta Meta(ServerCall call, long started, ByteString? token = null, string requestId = "") => new()
    {
        RequestId = requestId.Length > 0 ? requestId : call.RequestId,
        TookUs = (long)Stopwatch.GetElapsedTime(started).TotalMicroseconds,
        CommitToken = token ?? ByteString.Empty,
    };
}
