using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Asteri.Rpc.Hosting;

/// <summary>The headers and trailers of a gRPC reply. Without a message both are one block ("trailers-only").</summary>
internal static class GrpcReply
{
    /// <summary>Written before the first message.</summary>
    public static void WriteHeaders(GrpcCall call, bool canCompress)
    {
        var headers = call.Context.Response.Headers;
        headers.ContentType = GrpcNames.ContentType;
        if (canCompress) { headers.GrpcEncoding = GrpcNames.Gzip; }
        if (call.RequestEncoding is not null) { headers.GrpcAcceptEncoding = GrpcNames.Accepted; }
        Append(headers, call.ResponseHeaders);
    }

    /// <summary>Written when the call is over.</summary>
    public static void Finish(GrpcCall call, RpcStatus status)
    {
        var response = call.Context.Response;
        if (!call.HasResponded)
        {
            WriteHeaders(call, canCompress: false);
            Append(response.Headers, call.ResponseTrailers);
            WriteStatus(response.Headers, status);
            return;
        }

        var trailers = call.Context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        Append(trailers, call.ResponseTrailers);
        WriteStatus(trailers, status);
    }

    /// <summary>A reply to a request that never became a call.</summary>
    public static void WriteStatusAlone(HttpResponse response, RpcStatus status)
    {
        response.ContentType = GrpcNames.ContentType;
        WriteStatus(response.Headers, status);
    }

    private static void WriteStatus(IHeaderDictionary headers, RpcStatus status)
    {
        headers.GrpcStatus = StatusCodec.CodeText(status.Code);
        if (status.Message.Length > 0) { headers.GrpcMessage = StatusMessage.Encode(status.Message); }
        if (StatusCodec.DetailsText(status) is { } details) { headers[GrpcNames.Details] = details; }
    }

    private static void Append(IHeaderDictionary headers, Metadata metadata)
    {
        if (metadata.Count == 0) { return; }
        foreach (var entry in metadata) { headers.Append(entry.Name, HeaderCodec.Encode(entry)); }
    }
}
