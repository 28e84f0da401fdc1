using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Asteri.Server.Hosting;

/// <summary>The node's two ports, and the limits of their connections.</summary>
internal sealed class Listeners(ServerOptions options, ServerCertificate? certificate)
{
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    private ListenOptions? _http;
    private ListenOptions? _grpc;

    /// <summary>Where the JSON API is, for a client on this machine. Known once the server has started.</summary>
    public Uri HttpAddress => AddressOf(_http);

    /// <summary>Where gRPC is, for a client on this machine.</summary>
    public Uri GrpcAddress => AddressOf(_grpc);

    /// <summary>Who else can reach the ports, where their addresses do not tell.</summary>
    public string Reach => IsEvery(options.IPAddress) ? "; on every address of this machine" : "";

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits);
        var httpProtocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
        Listen(kestrel, options.HttpPort, listen => Open(_http = listen, Door.Http, httpProtocols));
        Listen(kestrel, options.GrpcPort, listen => Open(_grpc = listen, Door.Grpc, HttpProtocols.Http2));
    }

    private void Listen(KestrelServerOptions kestrel, int port, Action<ListenOptions> open)
    {
        // Every address: IPv6 and IPv4, or IPv4 alone on a machine without IPv6.
        if (options.Address == ServerOptions.EveryAddress) { kestrel.ListenAnyIP(port, open); }
        else { kestrel.Listen(options.IPAddress, port, open); }
    }

    private void Limit(KestrelServerLimits limits)
    {
        var connections = options.Connections;
        var rate = new MinDataRate(connections.MinBytesPerSecond, RateGrace);
        limits.MaxConcurrentConnections = connections.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = connections.MaxRequestBodyBytes;
        limits.RequestHeadersTimeout = connections.RequestHeadersTimeout;
        limits.KeepAliveTimeout = connections.KeepAliveTimeout;
        limits.MinRequestBodyDataRate = rate;
        limits.MinResponseDataRate = rate;
        limits.Http2.MaxStreamsPerConnection = connections.MaxStreamsPerConnection;
        limits.Http2.KeepAlivePingDelay = connections.PingDelay;
        limits.Http2.KeepAlivePingTimeout = connections.PingTimeout;
        limits.Http2.InitialConnectionWindowSize = connections.ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = connections.StreamWindowBytes;
    }

    private void Open(ListenOptions listen, Door door, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            connection.Features.Set(door);
            return next(connection);
        });
        if (certificate is null) { return; }
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(certificate.Current),
            HandshakeTimeout = options.Connections.RequestHeadersTimeout,
        });
    }

    private static bool IsEvery(IPAddress address) => address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any);

    private Uri AddressOf(ListenOptions? listen)
    {
        var bound = listen?.IPEndPoint ?? throw new InvalidOperationException("The server has not started; its ports are not known yet.");
        var near = IsEvery(bound.Address) ? IPAddress.Loopback : bound.Address;
        return new UriBuilder(certificate is null ? "http" : "https", near.ToString(), bound.Port).Uri;
    }
}
