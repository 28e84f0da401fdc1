using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Client;

/// <summary>A connection pool to one server, over HTTP/2. Thread-safe; made once and kept.</summary>
public sealed class RpcChannel : IDisposable
{
    public RpcChannel(Uri address, RpcChannelOptions? options = null) => throw new NotSupportedException("to be written");

    /// <summary>One request, one response.</summary>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(MethodDescriptor method, TRequest request, CallOptions? options = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");

    /// <summary>Any shape, message by message: the general form that the streaming calls are made of.</summary>
    public ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(MethodDescriptor method, CallOptions? options = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");

    public void Dispose() => throw new NotSupportedException("to be written");
}
