using System.Net;

namespace Asteri.Server.Hosting;

/// <summary>Where the node listens and how it stops.</summary>
internal sealed record ServerOptions
{
    internal const string EveryAddress = "*";

    /// <summary>
    /// The address of both ports: an IP address, "localhost", or "*" for every address. Anything but loopback requires keys and TLS.
    /// </summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>JSON API, metrics, health. 0: any free port.</summary>
    public int HttpPort { get; init; } = 7450;

    /// <summary>gRPC: HTTP/2, without TLS by prior knowledge (h2c). 0: any free port.</summary>
    public int GrpcPort { get; init; } = 7451;

    /// <summary>Serve other addresses than loopback without TLS. Keys are still required.</summary>
    public bool Insecure { get; init; }

    /// <summary>How long open calls may run on after a stop was asked for.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a node that was asked to stop still takes new calls, while it says that it is not ready: time for a load balancer to notice.
    /// </summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>Answer grpc.reflection.v1. Off: a stranger need not know what is served.</summary>
    public bool Reflection { get; init; }

    public TlsOptions Tls { get; init; } = new();

    public ConnectionOptions Connections { get; init; } = new();

    /// <summary><see cref="Address"/> as the operating system knows it.</summary>
    internal IPAddress IPAddress => Address switch
    {
        EveryAddress => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.Parse(Address),
    };

    /// <summary>All faults of these options, each with key, value, limit and remedy.</summary>
    public IEnumerable<string> Validate()
    {
        if (Address is not (EveryAddress or "localhost") && !IPAddress.TryParse(Address, out _))
        {
            yield return $"Server:Address: '{Address}' is not an IP address; write one, or localhost, or * for every address.";
        }

        if (HttpPort is < 0 or > 65535) { yield return $"Server:HttpPort: {HttpPort} is not a port; 0 to 65535."; }
        if (GrpcPort is < 0 or > 65535) { yield return $"Server:GrpcPort: {GrpcPort} is not a port; 0 to 65535."; }
        if (HttpPort == GrpcPort && HttpPort != 0)
        {
            yield return $"Server:GrpcPort: {GrpcPort} is also Server:HttpPort; gRPC without TLS needs a port of its own.";
        }

        if (ShutdownGrace < TimeSpan.Zero || ShutdownGrace > TimeSpan.FromHours(1))
        {
            yield return $"Server:ShutdownGrace: {ShutdownGrace:c} is out of range; 0s to 1h.";
        }

        if (ShutdownDelay < TimeSpan.Zero || ShutdownDelay > TimeSpan.FromMinutes(10))
        {
            yield return $"Server:ShutdownDelay: {ShutdownDelay:c} is out of range; 0s to 10m.";
        }

        foreach (string fault in Tls.Validate().Concat(Connections.Validate())) { yield return fault; }
    }
}
