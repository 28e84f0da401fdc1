namespace Asteri.Server.Hosting;

/// <summary>What one connection, and all of them, may take before anything is known of the caller.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Connections at one time, over both ports; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Calls at one time on one HTTP/2 connection.</summary>
    public int MaxStreamsPerConnection { get; init; } = 100;

    /// <summary>Largest body of an HTTP request. A gRPC call is held to its method's message limit instead.</summary>
    public long MaxRequestBodyBytes { get; init; } = 16L << 20;

    /// <summary>How long a request's headers may take to arrive.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>After how much silence an HTTP/2 connection is asked whether it is still there.</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to that may take before the connection is closed.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Slowest pace of a request's body, and of a caller who reads a response, in bytes a second, after five seconds. gRPC streams may be idle.
    /// </summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>HTTP/2 flow control: bytes in flight on a connection.</summary>
    public int ConnectionWindowBytes { get; init; } = 1 << 20;

    /// <summary>HTTP/2 flow control: bytes in flight on a stream.</summary>
    public int StreamWindowBytes { get; init; } = 768 << 10;

    /// <summary>All faults of these options, each with key, value, limit and remedy.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxConnections < 1) { yield return $"Server:Connections:MaxConnections: {MaxConnections} is less than 1."; }
        if (MaxStreamsPerConnection < 1) { yield return $"Server:Connections:MaxStreamsPerConnection: {MaxStreamsPerConnection} is less than 1."; }
        if (MaxRequestBodyBytes < 1024) { yield return $"Server:Connections:MaxRequestBodyBytes: {MaxRequestBodyBytes} is less than 1KiB."; }
        if (MinBytesPerSecond <= 0) { yield return $"Server:Connections:MinBytesPerSecond: {MinBytesPerSecond} is not greater than 0."; }
        foreach (var (key, time) in new[]
        {
            ("RequestHeadersTimeout", RequestHeadersTimeout), ("KeepAliveTimeout", KeepAliveTimeout),
            ("PingDelay", PingDelay), ("PingTimeout", PingTimeout),
        })
        {
            if (time < TimeSpan.FromSeconds(1)) { yield return $"Server:Connections:{key}: {time:c} is shorter than 1s."; }
        }

        foreach (var (key, bytes) in new[] { ("ConnectionWindowBytes", ConnectionWindowBytes), ("StreamWindowBytes", StreamWindowBytes) })
        {
            if (bytes < 65_535) { yield return $"Server:Connections:{key}: {bytes} is less than HTTP/2's own 65535."; }
        }
    }
}
