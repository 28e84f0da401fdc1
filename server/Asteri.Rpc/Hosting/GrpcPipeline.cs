using System.Collections.Frozen;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Hosting;

/// <summary>Takes gRPC requests out of the HTTP pipeline and serves them.</summary>
internal sealed class GrpcPipeline
{
    private readonly FrozenDictionary<string, RpcMethod> _methods;
    private readonly FrozenSet<string> _services;
    private readonly CallRunner _runner;
    private readonly CancellationToken _stopping;

    public GrpcPipeline(IReadOnlyList<RpcService> services, CallRunner runner, CancellationToken stopping)
    {
        _methods = services.SelectMany(s => s.Methods).ToFrozenDictionary(m => m.Path);
        _services = services.Select(s => s.Descriptor.FullName).ToFrozenSet();
        _runner = runner;
        _stopping = stopping;
    }

    /// <summary>The middleware.</summary>
    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol)) { return next(context); }
        string path = context.Request.Path.Value ?? "";
        bool known = _methods.TryGetValue(path, out var method);
        if (!IsGrpc(context.Request.ContentType)) { return known ? RefuseContentType(context) : next(context); }
        if (!HttpMethods.IsPost(context.Request.Method)) { return RefuseVerb(context); }
        return known ? ServeAsync(context, method!) : RefusePathAsync(context, path);
    };

    private static bool IsGrpc(string? contentType)
    {
        if (contentType == GrpcNames.ContentType) { return true; }
        if (contentType is null || !contentType.StartsWith(GrpcNames.ContentType, StringComparison.OrdinalIgnoreCase)) { return false; }
        var rest = contentType.AsSpan(GrpcNames.ContentType.Length);
        return rest.IsEmpty || rest[0] == ';'
            || (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase) && (rest.Length == 6 || rest[6] == ';'));
    }

    private static Task RefuseContentType(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    }

    private static Task RefuseVerb(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = HttpMethods.Post;
        return Task.CompletedTask;
    }

    private Task RefusePathAsync(HttpContext context, string path)
    {
        int slash = path.LastIndexOf('/');
        string service = slash > 0 ? path[1..slash] : path;
        GrpcReply.WriteStatusAlone(context.Response, new(RpcCode.Unimplemented, _services.Contains(service)
            ? $"Service {service} has no method '{path[(slash + 1)..]}'."
            : $"This server has no service '{service}'."));
        return Task.CompletedTask;
    }

    private async Task ServeAsync(HttpContext context, RpcMethod method)
    {
        var call = new GrpcCall(context, method, _stopping);
        var status = await _runner.RunAsync(call, call);
        GrpcReply.Finish(call, status);
    }
}
