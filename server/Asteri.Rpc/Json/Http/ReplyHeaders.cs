using System.Globalization;
using Asteri.Rpc.Calls;
using Google.Rpc;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Json.Http;

/// <summary>The headers that every reply of the JSON API has, and those of its errors.</summary>
internal static class ReplyHeaders
{
    public static void Write(HttpContext context, int httpStatus, string contentType)
    {
        var response = context.Response;
        response.StatusCode = httpStatus;
        response.ContentType = contentType;
        response.Headers[JsonNames.RequestId] = context.TraceIdentifier;
        response.Headers.Vary = "accept-encoding";
        // What a key may see is nobody else's, and no browser shall take it for a page.
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Retry-After for a caller that may try again, WWW-Authenticate for one that must first say who it is.</summary>
    public static void WriteError(HttpResponse response, RpcStatus status)
    {
        if (status.Code == RpcCode.Unauthenticated) { response.Headers.WWWAuthenticate = "Bearer"; }
        if (new RpcException(status).Detail<RetryInfo>()?.RetryDelay is not { } delay) { return; }
        long seconds = Math.Max(0, delay.Seconds + (delay.Nanos > 0 ? 1 : 0));
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }
}
