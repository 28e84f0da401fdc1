using System.IO.Compression;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.Routes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Json.Http;

/// <summary>
/// The reply of one call. One response is kept until the call has ended, so that its status decides about the HTTP status; a stream is sent line
/// by line, and an error behind its first line is its last line.
/// </summary>
internal sealed class JsonReply(JsonCall call, Route route, JsonMessageWriter writer) : IDisposable
{
    /// <summary>Less than this does not get smaller by more than the headers that say so.</summary>
    private const int LeastBytesToCompress = 1024;

    private readonly PooledBuffer _response = new();
    private GZipStream? _gzip;

    /// <summary>A first line was made, so the headers are a stream's and an error can only be a line.</summary>
    private bool _isStream;

    private HttpResponse Http => call.Context.Response;

    private bool Streams => call.Method.Descriptor.IsServerStreaming;

    public ValueTask WriteAsync(IMessage message)
    {
        int size = message.CalculateSize();
        if (size > call.Method.Limits.MaxResponseBytes)
        {
            throw new RpcException(
                RpcCode.ResourceExhausted,
                $"The response has {size} bytes; the limit of this method is {call.Method.Limits.MaxResponseBytes}. Ask for less at once.");
        }

        if (Streams) { return WriteLineAsync(line => WriteMessage(message, line), call.Cancellation); }
        WriteMessage(message, _response);
        return ValueTask.CompletedTask;
    }

    public async ValueTask FinishAsync(RpcStatus status)
    {
        if (call.IsAborted) { return; }
        try
        {
            if (_isStream) { await FinishLinesAsync(status); }
            else { await FinishWholeAsync(status); }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Nobody reads the rest of this reply.
        }
    }

    public void Dispose() => _response.Dispose();

    private void WriteMessage(IMessage message, PooledBuffer target)
    {
        using var json = JsonMessageWriter.CreateWriter(target);
        writer.Write(message, route.Response, route.ResponseField, json);
        json.Flush();
    }

    private async ValueTask WriteLineAsync(Action<PooledBuffer> write, CancellationToken cancellation)
    {
        using var line = new PooledBuffer();
        write(line);
        line.GetSpan(1)[0] = (byte)'\n';
        line.Advance(1);
        if (!_isStream) { StartLines(); }
        if (_gzip is { } gzip)
        {
            foreach (var part in line.Sequence) { await gzip.WriteAsync(part, cancellation); }
            await gzip.FlushAsync(cancellation);
        }
        else
        {
            foreach (var part in line.Sequence) { await Http.BodyWriter.WriteAsync(part, cancellation); }
        }

        await Http.Body.FlushAsync(cancellation);
    }

    private void StartLines()
    {
        _isStream = true;
        WriteHeaders(StatusCodes.Status200OK, JsonNames.Lines);
        if (!ContentHeaders.AcceptsGzip(call.Context.Request)) { return; }
        Http.Headers.ContentEncoding = JsonNames.Gzip;
        _gzip = new(Http.Body, CompressionLevel.Fastest, leaveOpen: true);
    }

    private async ValueTask FinishLinesAsync(RpcStatus status)
    {
        if (status.Code != RpcCode.Ok) { await WriteLineAsync(line => ErrorJson.Write(status, writer, line), call.Context.RequestAborted); }
        if (_gzip is not null) { await _gzip.DisposeAsync(); }
        if (!Http.SupportsTrailers()) { return; }
        foreach (var entry in call.ResponseTrailers) { Http.AppendTrailer(entry.Name, HeaderCodec.Encode(entry)); }
    }

    private async ValueTask FinishWholeAsync(RpcStatus status)
    {
        if (status.Code == RpcCode.Ok && Streams)
        {
            WriteHeaders(StatusCodes.Status200OK, JsonNames.Lines);
            AppendTrailers();
            return;
        }

        using var error = new PooledBuffer();
        var body = _response;
        if (status.Code != RpcCode.Ok) { ErrorJson.Write(status, writer, body = error); }
        WriteHeaders(HttpStatus(status), JsonNames.Json);
        AppendTrailers();
        if (status.Code != RpcCode.Ok) { WriteErrorHeaders(status); }
        await SendAsync(body);
    }

    private async ValueTask SendAsync(PooledBuffer body)
    {
        using var packed = new PooledBuffer();
        if (body.Length >= LeastBytesToCompress && ContentHeaders.AcceptsGzip(call.Context.Request))
        {
            Gzip.Compress(body.Sequence, packed);
            Http.Headers.ContentEncoding = JsonNames.Gzip;
            body = packed;
        }

        Http.ContentLength = body.Length;
        foreach (var part in body.Sequence) { await Http.BodyWriter.WriteAsync(part, call.Context.RequestAborted); }
    }

    private int HttpStatus(RpcStatus status) => ReferenceEquals(call.Refusal?.Status, status) ? call.Refusal.HttpStatus : HttpCodes.Of(status.Code);

    private void WriteHeaders(int httpStatus, string contentType)
    {
        ReplyHeaders.Write(call.Context, httpStatus, contentType);
        Append(call.ResponseHeaders);
    }

    private void AppendTrailers() => Append(call.ResponseTrailers);

    private void Append(Metadata metadata)
    {
        foreach (var entry in metadata) { Http.Headers.Append(entry.Name, HeaderCodec.Encode(entry)); }
    }

    private void WriteErrorHeaders(RpcStatus status) => ReplyHeaders.WriteError(Http, status);
}
