using Google.Protobuf;

namespace Asteri.Rpc.Calls;

/// <summary>How the messages of one call come and go. Implemented by gRPC frames and by JSON.</summary>
internal interface ICallTransport
{
    /// <summary>The next request; null when the caller has sent its last.</summary>
    /// <exception cref="RpcException">The bytes are no such message, too large, or in an encoding that is not spoken.</exception>
    ValueTask<TRequest?> ReadAsync<TRequest>()
        where TRequest : class, IMessage<TRequest>, new();

    /// <summary>Sends a response; completes when the connection has room for more, so that a slow reader slows its handler.</summary>
    ValueTask WriteAsync<TResponse>(TResponse message)
        where TResponse : class, IMessage<TResponse>, new();
}
