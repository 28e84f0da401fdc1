using System.Buffers;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.OpenApi;
using Asteri.Rpc.Json.Routes;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Asteri.Rpc.Json.Http;

/// <summary>
/// Takes the requests of the JSON API out of the HTTP pipeline and serves them: those with a route, those whose path has routes for other methods
/// (405), and those below a first segment that is ours (404). It looks at the target as it was sent, because a decoded path cannot tell an
/// encoded slash from a dividing one.
/// </summary>
internal sealed class JsonPipeline
{
    private static readonly SearchValues<char> RequestIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");
    private readonly RouteTable _routes;
    private readonly JsonMessageWriter _writer;
    private readonly byte[] _openApi;
    private readonly CallRunner _runner;
    private readonly CancellationToken _stopping;

    /// <exception cref="InvalidOperationException">A google.api.http rule cannot be served.</exception>
    public JsonPipeline(IReadOnlyList<RpcService> services, CallRunner runner, CancellationToken stopping)
    {
        var schemas = new SchemaSet(services.Select(s => s.Descriptor.File));
        _routes = new([.. services.SelectMany(s => s.Methods).SelectMany(m => RouteRules.Of(m, schemas))]);
        _writer = new(schemas);
        _openApi = OpenApiDocument.Write(_routes.Routes, schemas);
        _runner = runner;
        _stopping = stopping;
    }

    /// <summary>The middleware.</summary>
    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int query = target.IndexOf('?');
        string path = PathOf(query < 0 ? target : target[..query], context.Request.PathBase);
        if (path.Length == 0) { return next(context); }
        NameRequest(context);
        if (_routes.Find(context.Request.Method, path, out int verbAt) is { } route)
        {
            return ServeAsync(context, new(route, path.AsMemory(0, verbAt), query < 0 ? default : target.AsMemory(query + 1)));
        }

        if (path == JsonNames.OpenApiPath && HttpMethods.IsGet(context.Request.Method)) { return DescribeAsync(context); }
        return _routes.Owns(path) ? RefuseAsync(context, path) : next(context);
    };

    private async Task ServeAsync(HttpContext context, JsonRequest request)
    {
        await using var call = new JsonCall(context, request, _writer, _stopping);
        await call.FinishAsync(await _runner.RunAsync(call, call));
    }

    private async Task DescribeAsync(HttpContext context)
    {
        ReplyHeaders.Write(context, StatusCodes.Status200OK, JsonNames.Json);
        context.Response.ContentLength = _openApi.Length;
        await context.Response.BodyWriter.WriteAsync(_openApi, context.RequestAborted);
    }

    private async Task RefuseAsync(HttpContext context, string path)
    {
        var allowed = _routes.AllowedMethods(path);
        if (allowed.Count > 0) { context.Response.Headers.Allow = string.Join(", ", allowed); }
        var status = allowed.Count == 0
            ? new RpcStatus(RpcCode.NotFound, $"No route '{path}'; {JsonNames.OpenApiPath} lists them.")
            : new RpcStatus(RpcCode.Unimplemented, $"'{path}' has no {context.Request.Method}; it has {string.Join(", ", allowed)}.");
        using var body = new PooledBuffer();
        ErrorJson.Write(status, _writer, body);
        ReplyHeaders.Write(context, allowed.Count == 0 ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed, JsonNames.Json);
        context.Response.ContentLength = body.Length;
        foreach (var part in body.Sequence) { await context.Response.BodyWriter.WriteAsync(part, context.RequestAborted); }
    }

    /// <summary>
    /// The path of a request's target, without the part that the application is mounted under; empty for one without a path, such as OPTIONS *.
    /// </summary>
    private static string PathOf(string target, PathString mount)
    {
        if (!target.StartsWith('/'))
        {
            // The absolute form, as proxies get it: http://host/path.
            int host = target.IndexOf("://", StringComparison.Ordinal);
            int path = host < 0 ? -1 : target.IndexOf('/', host + 3);
            target = path < 0 ? "" : target[path..];
        }

        string prefix = mount.Value ?? "";
        return prefix.Length > 0 && target.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? target[prefix.Length..] : target;
    }

    private static void NameRequest(HttpContext context)
    {
        string id = context.Request.Headers[JsonNames.RequestId].ToString();
        if (id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAnyExcept(RequestIdCharacters)) { context.TraceIdentifier = id; }
    }
}
