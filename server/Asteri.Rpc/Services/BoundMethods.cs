using System.Runtime.CompilerServices;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Services;

/// <summary>A bound method with its types: what the four shapes of a call share.</summary>
internal abstract class TypedMethod<TRequest, TResponse>(MethodDescriptor descriptor) : RpcMethod(descriptor)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    /// <summary>The one request of a call that has exactly one.</summary>
    protected static async ValueTask<TRequest> ReadOneAsync(ICallTransport transport)
    {
        var request = await transport.ReadAsync<TRequest>()
            ?? throw new RpcException(RpcCode.InvalidArgument, "The call ended without a request message; this method takes exactly one.");
        return await transport.ReadAsync<TRequest>() is null
            ? request
            : throw new RpcException(RpcCode.InvalidArgument, "More than one request message came; this method takes exactly one.");
    }

    protected static async IAsyncEnumerable<TRequest> ReadAllAsync(ICallTransport transport, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await transport.ReadAsync<TRequest>() is { } request)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return request;
        }
    }

    protected static async ValueTask WriteAllAsync(IAsyncEnumerable<TResponse> responses, ServerCall call, ICallTransport transport)
    {
        await foreach (var response in responses.WithCancellation(call.Cancellation)) { await transport.WriteAsync(response); }
    }
}

internal sealed class UnaryMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, Func<TRequest, ServerCall, ValueTask<TResponse>> handler)
    : TypedMethod<TRequest, TResponse>(descriptor)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    internal override async ValueTask ServeAsync(ServerCall call, ICallTransport transport) =>
        await transport.WriteAsync(await handler(await ReadOneAsync(transport), call));
}

internal sealed class ServerStreamMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, Func<TRequest, ServerCall, IAsyncEnumerable<TResponse>> handler)
    : TypedMethod<TRequest, TResponse>(descriptor)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    internal override async ValueTask ServeAsync(ServerCall call, ICallTransport transport) =>
        await WriteAllAsync(handler(await ReadOneAsync(transport), call), call, transport);
}

internal sealed class ClientStreamMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, Func<IAsyncEnumerable<TRequest>, ServerCall, ValueTask<TResponse>> handler)
    : TypedMethod<TRequest, TResponse>(descriptor)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    internal override async ValueTask ServeAsync(ServerCall call, ICallTransport transport) =>
        await transport.WriteAsync(await handler(ReadAllAsync(transport, call.Cancellation), call));
}

internal sealed class DuplexMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, Func<IAsyncEnumerable<TRequest>, ServerCall, IAsyncEnumerable<TResponse>> handler)
    : TypedMethod<TRequest, TResponse>(descriptor)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    internal override ValueTask ServeAsync(ServerCall call, ICallTransport transport) =>
        WriteAllAsync(handler(ReadAllAsync(transport, call.Cancellation), call), call, transport);
}
