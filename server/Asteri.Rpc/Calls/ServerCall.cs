namespace Asteri.Rpc.Calls;

/// <summary>What a handler knows of the call that it serves, over gRPC and JSON alike.</summary>
public abstract class ServerCall
{
    /// <summary>The method, with its descriptor and options.</summary>
    public abstract RpcMethod Method { get; }

    public abstract Metadata RequestHeaders { get; }

    /// <summary>Sent before the first message; adding to it later has no effect.</summary>
    public Metadata ResponseHeaders => field ??= new();

    /// <summary>Sent with the status.</summary>
    public Metadata ResponseTrailers => field ??= new();

    /// <summary>Ends at the deadline, when the caller cancels or goes away, and when a stopping server runs out of patience.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>What is left until the deadline; <see cref="Timeout.InfiniteTimeSpan"/> without one. Monotonic.</summary>
    public abstract TimeSpan Remaining { get; }

    /// <summary>The caller's address, for logs: never for decisions.</summary>
    public abstract string Peer { get; }

    /// <summary>True when the caller is on this machine, by the socket's own word.</summary>
    public abstract bool IsLoopback { get; }

    /// <summary>Names the call in logs and in error replies.</summary>
    public abstract string RequestId { get; }

    /// <summary>True when the request message read last came compressed. Over JSON: false.</summary>
    public bool RequestCompressed { get; internal set; }

    /// <summary>
    /// Compress the response messages from the next one on, for a caller that accepts gzip; others get them plain. It may change from message to
    /// message; the one response of a call that has one is compressed if this was set before it.
    /// </summary>
    public bool CompressResponses { get; set; }

    /// <summary>Who calls: set by the server's authentication interceptor, read by handlers.</summary>
    public object? Principal { get; set; }
}
