using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Services;

/// <summary>An HTTP request's headers as the metadata of a call: those that belong to HTTP or to gRPC itself are left out.</summary>
internal static class RequestMetadata
{
    /// <exception cref="RpcException">A value is not what its name says: text that is not ASCII, bytes that are not base64.</exception>
    public static Metadata From(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            foreach (string? value in values) { HeaderCodec.Receive(metadata, name, value ?? "", RpcCode.InvalidArgument); }
        }

        return metadata;
    }
}
