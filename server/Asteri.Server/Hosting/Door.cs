namespace Asteri.Server.Hosting;

/// <summary>Which of the node's two ports a connection came through. Stands among the connection's features.</summary>
internal sealed class Door
{
    private Door()
    {
    }

    /// <summary>JSON, metrics, health: HTTP/1.1, and HTTP/2 where TLS negotiates it.</summary>
    public static Door Http { get; } = new();

    /// <summary>gRPC: HTTP/2 alone, because a cleartext port cannot speak both.</summary>
    public static Door Grpc { get; } = new();
}
