using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Builder;

namespace Asteri.Rpc.Hosting;

/// <summary>Serves services over gRPC and JSON. The two are separate pipelines because a cleartext port cannot speak HTTP/1.1 and HTTP/2 both.</summary>
public sealed class RpcHost
{
    /// <param name="services">What is served.</param>
    /// <param name="interceptors">Run in this order around every call, of either transport.</param>
    /// <param name="limits">The limits of a method; null: the defaults.</param>
    public RpcHost(IReadOnlyList<RpcService> services, IReadOnlyList<RpcInterceptor> interceptors, Func<RpcMethod, MethodLimits>? limits = null) =>
        throw new NotSupportedException("to be written");

    /// <summary>Answers gRPC requests (HTTP/2, content-type application/grpc[+proto]); any other request goes on down the pipeline.</summary>
    public void UseGrpc(IApplicationBuilder app) => throw new NotSupportedException("to be written");

    /// <summary>Answers the JSON routes of the methods' google.api.http rules and /openapi.json; any other request goes on down the pipeline.</summary>
    public void UseJson(IApplicationBuilder app) => throw new NotSupportedException("to be written");
}
