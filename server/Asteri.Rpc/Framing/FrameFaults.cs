using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Framing;

/// <summary>Which code says that the peer's bytes are wrong: on a server the caller's mistake, on a client the server's.</summary>
internal sealed record FrameFaults(RpcCode Malformed, RpcCode UnknownEncoding)
{
    public static FrameFaults OfCaller { get; } = new(RpcCode.InvalidArgument, RpcCode.Unimplemented);

    public static FrameFaults OfServer { get; } = new(RpcCode.Internal, RpcCode.Internal);
}
