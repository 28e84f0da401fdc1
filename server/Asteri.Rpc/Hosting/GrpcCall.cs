using System.IO.Pipelines;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Services;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace Asteri.Rpc.Hosting;

/// <summary>A call over gRPC: one object is both what the handler sees and what carries its messages, because there is one for every call.</summary>
internal sealed class GrpcCall : HttpServerCall, ICallTransport
{
    private const int Http2Cancel = 8;

    private static readonly TimeSpan LastWordPatience = TimeSpan.FromSeconds(1);

    private readonly FrameReader _requests;
    private readonly PipeWriter _output;
    private readonly RpcException? _fault;

    public GrpcCall(HttpContext context, RpcMethod method, CancellationToken stopping)
        : base(context, method, AskedTimeout(context, out var fault), stopping)
    {
        _fault = fault;
        _output = context.Response.BodyWriter;
        RequestEncoding = One(context.Request.Headers.GrpcEncoding);
        _requests = new(context.Request.BodyReader, RequestEncoding, method.Limits.MaxRequestBytes, FrameFaults.OfCaller);
        LiftBodyLimits();
    }

    /// <summary>True when the response headers, and so a first message, are written.</summary>
    public bool HasResponded { get; private set; }

    /// <summary>grpc-encoding of the request; null when it names none.</summary>
    public string? RequestEncoding { get; }

    private bool Streams => Method.Descriptor.IsServerStreaming;

    public ValueTask<TRequest?> ReadAsync<TRequest>()
        where TRequest : class, IMessage<TRequest>, new()
    {
        if (_fault is not null) { throw _fault; }
        ThrowIfOver();
        try
        {
            if (!_requests.TryRead<TRequest>(out var request)) { return WaitForRequestAsync<TRequest>(); }
            RequestCompressed = _requests.LastWasCompressed;
            return new(request);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            throw BrokenOff(e);
        }
    }

    public ValueTask WriteAsync<TResponse>(TResponse message)
        where TResponse : class, IMessage<TResponse>, new()
    {
        ThrowIfOver();
        bool canCompress = (CompressResponses || Streams) && PeerTakesGzip;
        if (!HasResponded)
        {
            GrpcReply.WriteHeaders(this, canCompress);
            HasResponded = true;
        }

        FrameWriter.Write(_output, message, Method.Limits.MaxResponseBytes, CompressResponses && canCompress);
        return Streams ? FlushAsync() : default;
    }

    private bool PeerTakesGzip
    {
        get
        {
            string text = One(Context.Request.Headers.GrpcAcceptEncoding) ?? "";
            foreach (var part in text.AsSpan().Split(','))
            {
                if (text.AsSpan(part).Trim().SequenceEqual(GrpcNames.Gzip)) { return true; }
            }

            return false;
        }
    }

    private static string? One(StringValues header) => header.Count == 0 ? null : header.ToString();

    private static TimeSpan? AskedTimeout(HttpContext context, out RpcException? fault)
    {
        fault = null;
        if (One(context.Request.Headers.GrpcTimeout) is not { } text) { return null; }
        if (GrpcTimeout.TryParse(text, out var timeout)) { return timeout; }
        fault = new(RpcCode.InvalidArgument, $"grpc-timeout '{text}' is no timeout; it is one to eight digits and a unit: H, M, S, m, u or n.");
        return null;
    }

    private async ValueTask<TRequest?> WaitForRequestAsync<TRequest>()
        where TRequest : class, IMessage<TRequest>, new()
    {
        try
        {
            var request = await _requests.ReadAsync<TRequest>(Cancellation);
            RequestCompressed = _requests.LastWasCompressed;
            return request;
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            throw BrokenOff(e);
        }
    }

    /// <summary>Without a token: Kestrel resets the stream when a flush is cancelled, and the status would be lost.</summary>
    private ValueTask FlushAsync()
    {
        var flush = _output.FlushAsync(CancellationToken.None);
        if (!flush.IsCompletedSuccessfully) { return WaitForRoomAsync(flush.AsTask()); }
        RequireReader(flush.Result);
        return default;
    }

    private async ValueTask WaitForRoomAsync(Task<FlushResult> flush)
    {
        try
        {
            RequireReader(await flush.WaitAsync(Cancellation));
        }
        catch (OperationCanceledException) when (!flush.IsCompleted)
        {
            // The status stands behind what was written. If that is only on its way, the status follows; if the caller lets nothing through,
            // resetting the stream is all that can be said.
            await Task.WhenAny(flush, Task.Delay(LastWordPatience));
            if (!flush.IsCompleted) { Context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Http2Cancel); }
            throw;
        }
    }

    private static void RequireReader(FlushResult flushed)
    {
        if (flushed.IsCompleted) { throw new RpcException(RpcCode.Cancelled, "The caller went away before the response was written."); }
    }

    /// <summary>The request's bytes stopped coming: reset, closed, or broken HTTP.</summary>
    private static RpcException BrokenOff(Exception e) => e is BadHttpRequestException
        ? new(new(RpcCode.InvalidArgument, $"The request's body is not readable: {e.Message}"), e)
        : new(new(RpcCode.Cancelled, "The caller reset the stream or went away."), e);

    /// <summary>
    /// Messages have limits and calls have deadlines. Kestrel's own, for the body as a whole, would cut off long streams; and a request that is
    /// slower than its least pace would lose the connection for all the calls beside it.
    /// </summary>
    private void LiftBodyLimits()
    {
        if (Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) { size.MaxRequestBodySize = null; }
        if (Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } pace) { pace.MinDataRate = null; }
    }
}
