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
    /// <exception cref="InvalidOperationException">No such service, a method without handler, or a handler of the wrong types or shape.</exception>
    public static RpcService Bind(FileDescriptor file, string name, Action<Binder> bind)
    {
        var service = file.Services.FirstOrDefault(s => s.Name == name)
            ?? throw new InvalidOperationException($"{file.Name} has no service '{name}'.");
        var binder = new Binder(service);
        bind(binder);
        return new(service, binder.Complete());
    }

    /// <summary>Collects the handlers. A stream in is an <see cref="IAsyncEnumerable{T}"/>, a stream out is returned as one.</summary>
    public sealed class Binder
    {
        private readonly ServiceDescriptor _service;
        private readonly Dictionary<string, RpcMethod> _bound = [];

        internal Binder(ServiceDescriptor service) => _service = service;

        public Binder Unary<TRequest, TResponse>(string method, Func<TRequest, ServerCall, ValueTask<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() =>
            Add(new UnaryMethod<TRequest, TResponse>(Find<TRequest, TResponse>(method, streamsIn: false, streamsOut: false), handler));

        public Binder ServerStream<TRequest, TResponse>(string method, Func<TRequest, ServerCall, IAsyncEnumerable<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() =>
            Add(new ServerStreamMethod<TRequest, TResponse>(Find<TRequest, TResponse>(method, streamsIn: false, streamsOut: true), handler));

        public Binder ClientStream<TRequest, TResponse>(string method, Func<IAsyncEnumerable<TRequest>, ServerCall, ValueTask<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() =>
            Add(new ClientStreamMethod<TRequest, TResponse>(Find<TRequest, TResponse>(method, streamsIn: true, streamsOut: false), handler));

        public Binder Duplex<TRequest, TResponse>(string method, Func<IAsyncEnumerable<TRequest>, ServerCall, IAsyncEnumerable<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new() =>
            Add(new DuplexMethod<TRequest, TResponse>(Find<TRequest, TResponse>(method, streamsIn: true, streamsOut: true), handler));

        internal RpcMethod[] Complete() =>
            [.. _service.Methods.Select(m => _bound.GetValueOrDefault(m.Name)
                ?? throw new InvalidOperationException($"{m.FullName} has no handler: bind one, or take the method out of the proto file."))];

        private Binder Add(RpcMethod method)
        {
            return _bound.TryAdd(method.Descriptor.Name, method)
                ? this
                : throw new InvalidOperationException($"{method.Descriptor.FullName} is bound twice.");
        }

        private MethodDescriptor Find<TRequest, TResponse>(string name, bool streamsIn, bool streamsOut)
        {
            var method = _service.FindMethodByName(name)
                ?? throw new InvalidOperationException($"{_service.FullName} has no method '{name}'.");
            if (method.InputType.ClrType != typeof(TRequest) || method.OutputType.ClrType != typeof(TResponse))
            {
                throw new InvalidOperationException(
                    $"{method.FullName} takes {method.InputType.Name} and returns {method.OutputType.Name}; "
                    + $"its handler has {typeof(TRequest).Name} and {typeof(TResponse).Name}.");
            }

            return method.IsClientStreaming == streamsIn && method.IsServerStreaming == streamsOut
                ? method
                : throw new InvalidOperationException(
                    $"{method.FullName} streams {(method.IsClientStreaming, method.IsServerStreaming)} (in, out); "
                    + $"its handler is bound as {(streamsIn, streamsOut)}.");
        }
    }
}
