using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Asteri.Server.Security;

/// <summary>A refusal on a route that is no rpc: the same google.rpc.Status as JSON that a JSON call would get.</summary>
internal static class HttpProblem
{
    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromMessages(ErrorInfo.Descriptor, RetryInfo.Descriptor)));

    public static Task WriteAsync(HttpContext http, RpcException refused)
    {
        var (code, response) = (refused.Status.Code, http.Response);
        response.StatusCode = code switch
        {
            RpcCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            RpcCode.PermissionDenied => StatusCodes.Status403Forbidden,
            RpcCode.NotFound => StatusCodes.Status404NotFound,
            RpcCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            _ => throw new ArgumentOutOfRangeException(nameof(refused), code, "No refusal of a route has this code."),
        };
        if (code == RpcCode.Unauthenticated) { response.Headers.WWWAuthenticate = "Bearer"; }
        if (refused.Detail<RetryInfo>() is { } retry)
        {
            response.Headers.RetryAfter = (retry.RetryDelay.Seconds + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        response.ContentType = "application/json";
        var status = new Status { Code = (int)code, Message = refused.Status.Message, Details = { refused.Status.Details } };
        return response.WriteAsync(Formatter.Format(status));
    }
}
