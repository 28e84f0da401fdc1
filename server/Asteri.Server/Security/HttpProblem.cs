using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Asteri.Server.Security;

/// <summary>A refusal on a route that is no rpc, in the form that a JSON call's has: {"error":{"code","status","message","details"}}.</summary>
internal static class HttpProblem
{
    private static readonly JsonFormatter Details =
        new(JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromMessages(ErrorInfo.Descriptor, RetryInfo.Descriptor)));

    public static async Task WriteAsync(HttpContext http, RpcException refused)
    {
        var (status, response) = (refused.Status, http.Response);
        response.StatusCode = status.Code switch
        {
            RpcCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            RpcCode.PermissionDenied => StatusCodes.Status403Forbidden,
            RpcCode.NotFound => StatusCodes.Status404NotFound,
            RpcCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            _ => throw new ArgumentOutOfRangeException(nameof(refused), status.Code, "No refusal of a route has this code."),
        };
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (status.Code == RpcCode.Unauthenticated) { response.Headers.WWWAuthenticate = "Bearer"; }
        if (refused.Detail<RetryInfo>() is { } retry)
        {
            response.Headers.RetryAfter = (retry.RetryDelay.Seconds + 1).ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(Format(status), http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Format(RpcStatus status)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", (int)status.Code);
        json.WriteString("status", CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)status.Code).Name);
        json.WriteString("message", status.Message);
        json.WriteStartArray("details");
        foreach (var detail in status.Details) { json.WriteRawValue(Details.Format(detail)); }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return text.WrittenMemory;
    }
}
