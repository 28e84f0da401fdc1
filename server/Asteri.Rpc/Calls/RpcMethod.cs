using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Calls;

/// <summary>One bound method of a service: its descriptor, its path, its limits and, inside, its handler.</summary>
public abstract class RpcMethod
{
    private protected RpcMethod(MethodDescriptor descriptor)
    {
        Descriptor = descriptor;
        Path = $"/{descriptor.Service.FullName}/{descriptor.Name}";
    }

    public MethodDescriptor Descriptor { get; }

    /// <summary>"/package.Service/Method": gRPC's path.</summary>
    public string Path { get; }

    /// <summary>The server's limits for this method.</summary>
    public MethodLimits Limits { get; internal set; } = MethodLimits.Default;

    public override string ToString() => Path;

    /// <summary>Reads the request or requests, runs the handler, writes the response or responses.</summary>
    internal abstract ValueTask ServeAsync(ServerCall call, ICallTransport transport);
}
