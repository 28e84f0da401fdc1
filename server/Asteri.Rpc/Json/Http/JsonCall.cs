using System.Buffers;
using System.Globalization;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.Routes;
using Asteri.Rpc.Services;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Asteri.Rpc.Json.Http;

/// <summary>A call over JSON: path, query and body become its request; its response or responses become the reply.</summary>
internal sealed class JsonCall : HttpServerCall, ICallTransport, IAsyncDisposable
{
    private readonly JsonRequest _request;
    private readonly JsonReply _reply;
    private readonly RpcException? _fault;
    private RequestBody? _body;
    private bool _hasRead;

    public JsonCall(HttpContext context, JsonRequest request, JsonMessageWriter writer, CancellationToken stopping)
        : base(context, request.Route.Method, AskedTimeout(context, out var fault), stopping)
    {
        _fault = fault;
        _request = request;
        _reply = new(this, request.Route, writer);
    }

    private bool StreamsIn => Method.Descriptor.IsClientStreaming;

    /// <summary>The status with an HTTP status of its own, when the request was refused with one.</summary>
    public HttpRefusal? Refusal { get; private set; }

    public async ValueTask<TRequest?> ReadAsync<TRequest>()
        where TRequest : class, IMessage<TRequest>, new()
    {
        if (_fault is not null) { throw _fault; }
        ThrowIfOver();
        try
        {
            _body ??= OpenBody();
            if (StreamsIn) { return await _body.ReadLineAsync(Cancellation) is { } line ? Parse<TRequest>(line) : null; }
            if (_hasRead) { return null; }
            _hasRead = true;
            return Parse<TRequest>(await _body.ReadAllAsync(Cancellation));
        }
        catch (HttpRefusalException e)
        {
            Refusal = e.Refusal;
            throw new RpcException(e.Refusal.Status, e);
        }
    }

    public ValueTask WriteAsync<TResponse>(TResponse message)
        where TResponse : class, IMessage<TResponse>, new()
    {
        ThrowIfOver();
        return _reply.WriteAsync(message);
    }

    /// <summary>Writes what is left of the reply.</summary>
    public ValueTask FinishAsync(RpcStatus status) => _reply.FinishAsync(status);

    public async ValueTask DisposeAsync()
    {
        _reply.Dispose();
        if (_body is not null) { await _body.DisposeAsync(); }
    }

    private static TimeSpan? AskedTimeout(HttpContext context, out RpcException? fault)
    {
        fault = null;
        if (!context.Request.Headers.TryGetValue(JsonNames.Timeout, out var value)) { return null; }
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        fault = RpcException.Invalid(JsonNames.Timeout, $"'{value}' is no timeout: whole milliseconds from 0 to {int.MaxValue}");
        return null;
    }

    private RequestBody OpenBody()
    {
        var request = Context.Request;
        if (_request.Route.Body is null) { return new(request, new(0, IsGzip: false, HttpRefusal.NoBody(_request.Route))); }
        string expected = StreamsIn ? JsonNames.Lines : JsonNames.Json;
        if (!ContentHeaders.HasType(request, expected)) { throw new HttpRefusalException(HttpRefusal.WrongType(request.ContentType, expected)); }
        bool isGzip = ContentHeaders.IsGzip(request)
            ?? throw new HttpRefusalException(HttpRefusal.WrongEncoding(request.Headers.ContentEncoding.ToString()));
        LiftBodyLimits();
        return new(request, new(Method.Limits.MaxRequestBytes, isGzip, HttpRefusal.TooLarge(Method.Limits.MaxRequestBytes)));
    }

    /// <summary>
    /// The method's limit replaces Kestrel's limit of the body as a whole, and a stream may be silent for longer than its least data rate allows.
    /// </summary>
    private void LiftBodyLimits()
    {
        var size = Context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (size is { IsReadOnly: false, MaxRequestBodySize: { } most } && (StreamsIn || most <= Method.Limits.MaxRequestBytes))
        {
            size.MaxRequestBodySize = null;
        }

        if (StreamsIn && Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) { rate.MinDataRate = null; }
    }

    private TRequest Parse<TRequest>(PooledBuffer document)
        where TRequest : class, IMessage<TRequest>, new()
    {
        using (document)
        {
            using var wire = new WireBuffer();
            var route = _request.Route;
            if (document.Length > 0) { ReadDocument(document.Sequence, route.Body!, wire); }
            UrlBinding.WriteQuery(route, _request.Query, wire);
            UrlBinding.WritePath(route, _request.Path, wire);
            var message = new TRequest();
            message.MergeFrom(wire.Written);
            return message;
        }
    }

    private static void ReadDocument(in ReadOnlySequence<byte> document, JsonTarget target, WireBuffer wire)
    {
        if (document.IsSingleSegment)
        {
            JsonMessageReader.Read(document.FirstSpan, target, wire);
            return;
        }

        int length = (int)document.Length;
        byte[] whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            document.CopyTo(whole);
            JsonMessageReader.Read(whole.AsSpan(0, length), target, wire);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }
}
