using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Json.Http;

/// <summary>Status codes as HTTP has them (google.rpc.Code's own table), and as words.</summary>
internal static class HttpCodes
{
    /// <summary>The client closed the request: nobody reads it, but logs do.</summary>
    private const int ClientClosedRequest = 499;

    public static int Of(RpcCode code) => code switch
    {
        RpcCode.Ok => 200,
        RpcCode.Cancelled => ClientClosedRequest,
        RpcCode.InvalidArgument or RpcCode.FailedPrecondition or RpcCode.OutOfRange => 400,
        RpcCode.Unauthenticated => 401,
        RpcCode.PermissionDenied => 403,
        RpcCode.NotFound => 404,
        RpcCode.AlreadyExists or RpcCode.Aborted => 409,
        RpcCode.ResourceExhausted => 429,
        RpcCode.Unimplemented => 501,
        RpcCode.Unavailable => 503,
        RpcCode.DeadlineExceeded => 504,
        _ => 500,
    };

    public static string Word(RpcCode code) => code switch
    {
        RpcCode.Ok => "OK",
        RpcCode.Cancelled => "CANCELLED",
        RpcCode.Unknown => "UNKNOWN",
        RpcCode.InvalidArgument => "INVALID_ARGUMENT",
        RpcCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        RpcCode.NotFound => "NOT_FOUND",
        RpcCode.AlreadyExists => "ALREADY_EXISTS",
        RpcCode.PermissionDenied => "PERMISSION_DENIED",
        RpcCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        RpcCode.FailedPrecondition => "FAILED_PRECONDITION",
        RpcCode.Aborted => "ABORTED",
        RpcCode.OutOfRange => "OUT_OF_RANGE",
        RpcCode.Unimplemented => "UNIMPLEMENTED",
        RpcCode.Internal => "INTERNAL",
        RpcCode.Unavailable => "UNAVAILABLE",
        RpcCode.DataLoss => "DATA_LOSS",
        RpcCode.Unauthenticated => "UNAUTHENTICATED",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no status code"),
    };
}
