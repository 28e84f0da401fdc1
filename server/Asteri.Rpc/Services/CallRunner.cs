using Asteri.Rpc.Calls;
using Microsoft.Extensions.Logging;

namespace Asteri.Rpc.Services;

/// <summary>
/// Runs one call, whatever its transport: interceptors in their order, then the method. The one place where an exception becomes the status
/// that the caller sees.
/// </summary>
internal sealed class CallRunner(IReadOnlyList<RpcInterceptor> interceptors, ILogger logger)
{
    /// <summary>Never throws for what the call did; the transport writes the status that comes back, and then ends.</summary>
    public async ValueTask<RpcStatus> RunAsync(HttpServerCall call, ICallTransport transport)
    {
        try
        {
            await (interceptors.Count == 0 ? call.Method.ServeAsync(call, transport) : new Chain(interceptors, call, transport).NextAsync());
            return RpcStatus.Ok;
        }
#pragma warning disable CA1031 // Whatever a handler throws becomes a status: this is the last line before the wire.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return StatusOf(e, call);
        }
        finally
        {
            call.End();
        }
    }

    private RpcStatus StatusOf(Exception exception, HttpServerCall call)
    {
        switch (exception)
        {
            case RpcException refused when refused.Status.Code != RpcCode.Ok:
                foreach (var entry in refused.Trailers) { call.ResponseTrailers.Add(entry); }
                return refused.Status;
            case OperationCanceledException when call.IsOverdue:
                return new(RpcCode.DeadlineExceeded, "The deadline passed before the call was done.");
            case OperationCanceledException when call.IsAborted:
                return new(RpcCode.Cancelled, "The caller cancelled the call or went away.");
            case OperationCanceledException when call.IsStopped:
                return new(RpcCode.Unavailable, "The server is stopping and cancelled the call; try again.");
            default:
                logger.LogError(exception, "{Method} failed; request {RequestId} of {Peer}.", call.Method.Path, call.RequestId, call.Peer);
                return new(RpcCode.Internal, $"The server failed on this call; its log has the details under request {call.RequestId}.");
        }
    }

    /// <summary>Walks the interceptors of one call with one delegate for all of them.</summary>
    private sealed class Chain
    {
        private readonly IReadOnlyList<RpcInterceptor> _interceptors;
        private readonly HttpServerCall _call;
        private readonly ICallTransport _transport;
        private readonly Func<ValueTask> _next;
        private int _position;

        public Chain(IReadOnlyList<RpcInterceptor> interceptors, HttpServerCall call, ICallTransport transport)
        {
            _interceptors = interceptors;
            _call = call;
            _transport = transport;
            _next = NextAsync;
        }

        public ValueTask NextAsync()
        {
            int position = _position++;
            if (position < _interceptors.Count) { return _interceptors[position](_call, _next); }
            return position == _interceptors.Count
                ? _call.Method.ServeAsync(_call, _transport)
                : throw new InvalidOperationException($"An interceptor of {_call.Method.Path} called next more than once.");
        }
    }
}
