using Google.Protobuf.WellKnownTypes;

namespace Asteri.Rpc.Calls;

/// <summary>How a call ended: a code, a message for people, and typed details (google.rpc.ErrorInfo, BadRequest, RetryInfo) for programs.</summary>
public sealed record RpcStatus(RpcCode Code, string Message = "")
{
    /// <summary>Success.</summary>
    public static RpcStatus Ok { get; } = new(RpcCode.Ok);

    /// <summary>The details, in the order in which they travel.</summary>
    public IReadOnlyList<Any> Details { get; init; } = [];
}
