using Asteri.Rpc.Calls;
using Google.Protobuf;

namespace Asteri.Rpc.Client;

/// <summary>A call under way. Disposing it before its end cancels it.</summary>
public abstract class ClientCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Sends a message; waits while the server does not read (flow control). One at a time.</summary>
    /// <exception cref="RpcException">The call has ended; its status.</exception>
    /// <exception cref="InvalidOperationException">The message shall be compressed, but <see cref="CallOptions.Compress"/> was not set.</exception>
    public abstract Task WriteAsync(TRequest message, bool compress = false);

    /// <summary>No more messages from this side.</summary>
    public abstract Task CompleteAsync();

    /// <summary>The response headers, once they are here.</summary>
    public abstract Task<Metadata> ResponseHeadersAsync { get; }

    /// <summary>The responses, until the end of the call.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public abstract IAsyncEnumerable<TResponse> ReadAllAsync(CancellationToken cancellation = default);

    /// <summary>True when the response message read last came compressed.</summary>
    public bool ResponseCompressed { get; protected set; }

    /// <summary>The trailers; complete when <see cref="ReadAllAsync"/> has ended.</summary>
    public abstract Metadata Trailers { get; }

    public abstract ValueTask DisposeAsync();
}
