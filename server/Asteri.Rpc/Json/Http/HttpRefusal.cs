using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Routes;

namespace Asteri.Rpc.Json.Http;

/// <summary>A refusal whose HTTP status says more than its code's would: 413 and not 429 for a body that is too large.</summary>
internal sealed record HttpRefusal(int HttpStatus, RpcStatus Status)
{
    public static HttpRefusal TooLarge(int maxBytes) => new(413, new(
        RpcCode.ResourceExhausted, $"The request's body is larger than {maxBytes} bytes, the limit of this method. Send less in one request."));

    public static HttpRefusal NoBody(Route route) => new(400, RpcException.Invalid("body", $"{route} takes none").Status);

    public static HttpRefusal WrongType(string? found, string expected) => new(415, new(
        RpcCode.InvalidArgument,
        $"content-type: {(string.IsNullOrEmpty(found) ? "missing" : $"'{found}'")}; this route reads {expected}, in UTF-8."));

    public static HttpRefusal WrongEncoding(string found) => new(415, new(
        RpcCode.Unimplemented, $"content-encoding: '{found}' is not spoken here; send gzip, or the body as it is."));

    public static HttpRefusal NotReadable(int httpStatus, string problem) => new(httpStatus, new(
        httpStatus switch { 408 => RpcCode.DeadlineExceeded, 413 => RpcCode.ResourceExhausted, _ => RpcCode.InvalidArgument },
        $"The request's body is not readable: {problem}"));
}
