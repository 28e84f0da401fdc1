using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Client;

/// <summary>A call as one HTTP/2 request: the request's body carries the messages out, the response's body brings them in.</summary>
internal sealed class HttpClientCall<TRequest, TResponse> : ClientCall<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcChannel _channel;
    private readonly MethodDescriptor _method;
    private readonly CallOptions _options;
    private readonly Deadline _deadline;
    private readonly CancellationTokenSource _cancellation;
    private CallContent<TRequest> _content = null!;
    private Task<HttpResponseMessage> _reply = null!;
    private FrameReader? _responses;
    private PipeReader? _input;
    private RpcException? _end;
    private Metadata _trailers = new();
    private bool _succeeded;
    private bool _disposed;
    private bool _isReadCancelled;

    public HttpClientCall(RpcChannel channel, MethodDescriptor method, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _options = options;
        _deadline = Deadline.After(options.Timeout ?? channel.Options.DefaultTimeout);
        _cancellation = options.Cancellation.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation)
            : new();
        if (_deadline.Exists) { _cancellation.CancelAfter(_deadline.Remaining); }
    }

    public override Task<Metadata> ResponseHeadersAsync => ReadHeadersAsync();

    public override Metadata Trailers => _trailers;

    /// <summary>Sends the request; with <paramref name="onlyRequest"/> it is complete, without it stays open for more.</summary>
    public void Send(TRequest? onlyRequest)
    {
        _content = new(onlyRequest, _options.Compress);
        _reply = RequestAsync(NewRequest());
    }

    public override async Task WriteAsync(TRequest message, bool compress = false)
    {
        if (compress && !_options.Compress)
        {
            throw new InvalidOperationException(
                "A message can be compressed only in a call that was started with CallOptions.Compress: the encoding travels in the headers.");
        }

        try
        {
            await _content.WriteAsync(message, compress, _cancellation.Token);
        }
        catch (Exception e) when (IsWire(e))
        {
            throw EndOfWrite(e);
        }
    }

    public override Task CompleteAsync()
    {
        _content.Complete();
        return Task.CompletedTask;
    }

    public override async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var registration = cancellation.UnsafeRegister(state => ((HttpClientCall<TRequest, TResponse>)state!).CancelRead(), this);
        while (await ReadAsync() is { } response) { yield return response; }
    }

    /// <summary>The one response of a call that has exactly one.</summary>
    public async Task<TResponse> ReadOneAsync()
    {
        var response = await ReadAsync();
        bool more = response is not null && await ReadAsync() is not null;
        return response is not null && !more
            ? response
            : throw new RpcException(RpcCode.Internal, $"{_method.FullName} answers with one message; {(more ? "more" : "none")} came.");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed) { return; }
        _disposed = true;
        if (!_succeeded) { await _cancellation.CancelAsync(); }
        _content.Complete();
        if (_input is not null) { await _input.CompleteAsync(); }
        if (_reply.IsCompletedSuccessfully) { (await _reply).Dispose(); }
        else { _ = _reply.ContinueWith(DisposeLate, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default); }
        _cancellation.Dispose();
    }

    private void CancelRead()
    {
        _isReadCancelled = true;
        _cancellation.Cancel();
    }

    private static void DisposeLate(Task<HttpResponseMessage> reply)
    {
        if (reply.IsCompletedSuccessfully) { reply.Result.Dispose(); }
        else { _ = reply.Exception; }
    }

    private static bool IsWire(Exception e) => e is OperationCanceledException or HttpRequestException or IOException or ObjectDisposedException;

    private HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _channel.AddressOf(_method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-asteri/0.1");
        headers.TryAddWithoutValidation(GrpcNames.AcceptEncoding, GrpcNames.Accepted);
        if (_options.Compress) { headers.TryAddWithoutValidation(GrpcNames.Encoding, GrpcNames.Gzip); }
        if (_deadline.Exists) { headers.TryAddWithoutValidation(GrpcNames.Timeout, GrpcTimeout.Format(_deadline.Remaining)); }
        foreach (var entry in _channel.Options.Headers) { headers.TryAddWithoutValidation(entry.Name, HeaderCodec.Encode(entry)); }
        foreach (var entry in _options.Headers) { headers.TryAddWithoutValidation(entry.Name, HeaderCodec.Encode(entry)); }
        return request;
    }

    private async Task<HttpResponseMessage> RequestAsync(HttpRequestMessage request)
    {
        try
        {
            return await _channel.SendAsync(request, _cancellation.Token);
        }
        catch (Exception e) when (IsWire(e))
        {
            _content.Abandon(e);
            throw EndOfRead(e);
        }
    }

    private async Task<Metadata> ReadHeadersAsync()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in (await _reply).Headers.NonValidated)
        {
            foreach (string value in values) { HeaderCodec.Receive(metadata, name, value, RpcCode.Internal); }
        }

        return metadata;
    }

    /// <summary>The next response; null when the call has ended with OK.</summary>
    private async ValueTask<TResponse?> ReadAsync()
    {
        if (_succeeded) { return null; }
        if (_end is not null) { throw _end; }
        try
        {
            var reply = await _reply;
            if (_responses is null && !await OpenAsync(reply)) { return null; }
            var response = await _responses!.ReadAsync<TResponse>(_cancellation.Token);
            ResponseCompressed = _responses.LastWasCompressed;
            if (response is null) { Finish(reply.TrailingHeaders.NonValidated); }
            return response;
        }
        catch (RpcException e)
        {
            _end ??= e; // Bytes that are no message: there is nothing to be read behind them.
            throw;
        }
        catch (Exception e) when (IsWire(e))
        {
            throw EndOfRead(e);
        }
    }

    /// <summary>Looks at the response's head. False: it is all there is, and says OK.</summary>
    private async ValueTask<bool> OpenAsync(HttpResponseMessage reply)
    {
        var headers = reply.Headers.NonValidated;
        string? type = reply.Content.Headers.NonValidated.TryGetValues("content-type", out var types) ? types.ToString() : null;
        bool isGrpc = reply.StatusCode == HttpStatusCode.OK && type is not null
            && type.StartsWith(GrpcNames.ContentType, StringComparison.OrdinalIgnoreCase);
        if (headers.Contains(GrpcNames.Status))
        {
            Finish(headers);
            return false;
        }

        if (!isGrpc) { throw _end = new(CallFaults.OfHttp(reply.StatusCode, type)); }
        string? encoding = headers.TryGetValues(GrpcNames.Encoding, out var encodings) ? encodings.ToString() : null;
        _input = PipeReader.Create(await reply.Content.ReadAsStreamAsync(_cancellation.Token));
        _responses = new(_input, encoding, _channel.Options.MaxResponseBytes, FrameFaults.OfServer);
        return true;
    }

    /// <summary>The status that ended the call; throws it unless it is OK.</summary>
    private void Finish(HttpHeadersNonValidated headers)
    {
        _trailers = new();
        foreach (var (name, values) in headers)
        {
            foreach (string value in values) { HeaderCodec.Receive(_trailers, name, value, RpcCode.Internal); }
        }

        var status = StatusIn(headers) ?? new(RpcCode.Unknown, "The reply ended without a grpc-status.");
        if (status.Code != RpcCode.Ok) { throw _end = new(status) { Trailers = _trailers }; }
        _succeeded = true;
    }

    private static RpcStatus? StatusIn(HttpHeadersNonValidated headers) => headers.TryGetValues(GrpcNames.Status, out var code)
        ? StatusCodec.Parse(code.ToString(), One(headers, GrpcNames.Message), One(headers, GrpcNames.Details))
        : null;

    private static string? One(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>The status that a broken write stands for: the server's own, when it ended the call before it had read everything.</summary>
    private RpcException EndOfWrite(Exception e)
    {
        if (_end is not null) { return _end; }
        if (_cancellation.IsCancellationRequested || _disposed) { return new(OfCancellation(), e); }
        if (_reply.IsFaulted && _reply.Exception.InnerException is RpcException refused) { return refused; }
        if (!_reply.IsCompletedSuccessfully || e is not (OperationCanceledException or ObjectDisposedException)) { return new(CallFaults.Of(e), e); }
        var headers = _reply.Result.Headers.NonValidated;
        var status = StatusIn(headers) ?? StatusIn(_reply.Result.TrailingHeaders.NonValidated);
        return new(status ?? new(RpcCode.Cancelled, "The server has ended the call; its status comes behind its responses."), e);
    }

    /// <summary>The status that a broken read stands for. The HTTP client cancels too, when it cannot connect in time: that is not ours.</summary>
    private RpcException EndOfRead(Exception e) =>
        _end ??= new(_cancellation.IsCancellationRequested || _disposed ? OfCancellation() : CallFaults.Of(e), e);

    private RpcStatus OfCancellation()
    {
        if (_options.Cancellation.IsCancellationRequested) { return new(RpcCode.Cancelled, "The call was cancelled here."); }
        if (_disposed) { return new(RpcCode.Cancelled, "The call was disposed of before its end."); }
        return _isReadCancelled || !_deadline.Exists
            ? new(RpcCode.Cancelled, "The call was cancelled here.")
            : new(RpcCode.DeadlineExceeded, "The deadline passed before the call was done.");
    }
}
