using System.Net;
using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Client;

/// <summary>What went wrong below gRPC, as a status: the table of gRPC's specification for HTTP/2 resets and HTTP statuses.</summary>
internal static class CallFaults
{
    /// <summary>A connection that failed, a stream that was reset, or bytes that were no HTTP/2.</summary>
    public static RpcStatus Of(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException reset) { return OfReset(reset.ErrorCode); }
        }

        var code = exception switch
        {
            HttpRequestException e => OfError(e.HttpRequestError),
            HttpIOException e => OfError(e.HttpRequestError),
            _ => RpcCode.Unavailable,
        };
        return new(code, $"The server could not be asked, or broke off: {Innermost(exception)}");
    }

    /// <summary>A reply that is HTTP, but not gRPC: from a proxy, or another kind of server.</summary>
    public static RpcStatus OfHttp(HttpStatusCode status, string? contentType)
    {
        if (status == HttpStatusCode.OK) { return new(RpcCode.Unknown, $"The reply is no gRPC: its content-type is '{contentType}'."); }
        var code = status switch
        {
            HttpStatusCode.BadRequest => RpcCode.Internal,
            HttpStatusCode.Unauthorized => RpcCode.Unauthenticated,
            HttpStatusCode.Forbidden => RpcCode.PermissionDenied,
            HttpStatusCode.NotFound => RpcCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                RpcCode.Unavailable,
            _ => RpcCode.Unknown,
        };
        return new(code, $"The reply is no gRPC: HTTP status {(int)status}.");
    }

    private static RpcStatus OfReset(long http2Error)
    {
        var code = http2Error switch
        {
            0x7 => RpcCode.Unavailable, // REFUSED_STREAM: it was not begun
            0x8 => RpcCode.Cancelled,
            0xb => RpcCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            0xc => RpcCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => RpcCode.Internal,
        };
        // HTTP_1_1_REQUIRED: what answers there is a web server, and most likely the port beside gRPC's.
        string where = http2Error == 0xd ? " It speaks HTTP/1.1 there: is this the gRPC port?" : "";
        return new(code, $"The server reset the stream with HTTP/2 error 0x{http2Error:x}.{where}");
    }

    private static RpcCode OfError(HttpRequestError error) => error switch
    {
        HttpRequestError.HttpProtocolError => RpcCode.Internal,
        HttpRequestError.ConfigurationLimitExceeded => RpcCode.ResourceExhausted,
        _ => RpcCode.Unavailable,
    };

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) { exception = inner; }
        return exception.Message;
    }
}
