using System.Net;
using Asteri.Rpc.Framing;
using Google.Protobuf;

namespace Asteri.Rpc.Client;

/// <summary>
/// The body of a request. With its only message it is written at once; without one it stays open, and messages are written as they come.
/// The HTTP client may start over on another connection as long as the server has not seen the request; then only what was never written can
/// go again.
/// </summary>
internal sealed class CallContent<TRequest> : HttpContent
    where TRequest : class, IMessage<TRequest>
{
    private readonly TRequest? _only;
    private readonly bool _compress;
    private readonly TaskCompletionSource? _completed;
    private TaskCompletionSource<Stream> _open = NewSource<Stream>();
    private bool _hasWritten;

    public CallContent(TRequest? only, bool compress)
    {
        _only = only;
        _compress = compress;
        _completed = only is null ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Headers.TryAddWithoutValidation("Content-Type", GrpcNames.ContentType);
    }

    /// <summary>Writes a message of an open body; completes when the connection has taken it.</summary>
    public async Task WriteAsync(TRequest message, bool compress, CancellationToken cancellation)
    {
        var stream = await Volatile.Read(ref _open).Task.WaitAsync(cancellation);
        _hasWritten = true;
        await WriteFrameAsync(stream, message, compress, cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>Ends an open body.</summary>
    public void Complete() => _completed?.TrySetResult();

    /// <summary>The request will not be sent any more: whoever waits to write need not.</summary>
    public void Abandon(Exception reason)
    {
        if (_open.TrySetException(reason)) { _ = _open.Task.Exception; }
        _completed?.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _only is null ? KeepOpenAsync(stream, cancellationToken) : WriteFrameAsync(stream, _only, _compress, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private static async Task WriteFrameAsync(Stream stream, TRequest message, bool compress, CancellationToken cancellation)
    {
        using var frame = new PooledBuffer();
        FrameWriter.Write(frame, message, int.MaxValue, compress);
        foreach (var part in frame.Sequence) { await stream.WriteAsync(part, cancellation); }
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task KeepOpenAsync(Stream stream, CancellationToken cancellation)
    {
        if (_hasWritten) { throw new IOException("The server refused the call after messages had been sent; they are not kept to be sent again."); }
        if (_open.Task.IsCompleted) { Volatile.Write(ref _open, NewSource<Stream>()); }
        _open.TrySetResult(stream);
        await stream.FlushAsync(cancellation); // The headers go out now: a server may speak first.
        await _completed!.Task.WaitAsync(cancellation);
    }
}
