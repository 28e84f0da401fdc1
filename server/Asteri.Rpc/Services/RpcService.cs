using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Services;

/// <summary>
/// A service bound to its descriptor: every method of the descriptor has exactly one handler of the right types, checked once, here.
/// <code>
/// RpcService.Bind(StoreReflection.Descriptor, "StoreService", bind => bind
///     .Unary&lt;GetEntryRequest, GetEntryResponse&gt;("GetEntry", store.GetEntryAsync)
///     .ServerStream&lt;ScanEntriesRequest, ScanEntriesResponse&gt;("ScanEntries", store.ScanEntriesAsync));
/// </code>
/// </summary>
public sealed class RpcService
{
    private RpcService(ServiceDescriptor descriptor, IReadOnlyList<RpcMethod> methods)
    {
        Descriptor = descriptor;
        Methods = methods;
    }

    public ServiceDescriptor Descriptor { get; }

    public IReadOnlyList<RpcMethod> Methods { get; }

    /// <summary>Binds the service <paramref name="name"/> of a proto file.</summary>
    /// <exception cref="InvalidOperationException">The file has no such service, a method has no handler, or a handler has the wrong types or shape.</exception>
    public static RpcService Bind(FileDescriptor file, string name, Action<Binder> bind) =>
        new RpcService(file.Services[0], []);

    /// <summary>Collects the handlers. The four shapes of a call: a stream in is an <see cref="IAsyncEnumerable{T}"/>, a stream out is returned as one.</summary>
    public sealed class Binder
    {
        public Binder Unary<TRequest, TResponse>(string method, Func<TRequest, ServerCall, ValueTask<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");

        public Binder ServerStream<TRequest, TResponse>(string method, Func<TRequest, ServerCall, IAsyncEnumerable<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");

        public Binder ClientStream<TRequest, TResponse>(string method, Func<IAsyncEnumerable<TRequest>, ServerCall, ValueTask<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");

        public Binder Duplex<TRequest, TResponse>(string method, Func<IAsyncEnumerable<TRequest>, ServerCall, IAsyncEnumerable<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() => throw new NotSupportedException("to be written");
    }
}
