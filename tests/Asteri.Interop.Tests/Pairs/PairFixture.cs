using System.Collections.Concurrent;
using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Asteri.Interop.Service;

namespace Asteri.Interop.Tests.Pairs;

/// <summary>
/// Our server, in cleartext and over TLS, and the peers' programs that the rows ask for: each is started once, with the first row that needs it.
/// </summary>
public sealed class PairFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<PeerServer>>> _servers = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, CaseResult>>>> _clientRuns = new();

    private TestHost? _host;
    private TestHost? _secureHost;

    /// <summary>Our server, in cleartext.</summary>
    internal TestHost Host => _host ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <summary>Our server, over TLS.</summary>
    internal TestHost SecureHost => _secureHost ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <summary>What the TLS server is known by.</summary>
    internal LoopbackCertificate Certificate { get; } = LoopbackCertificate.Create(TimeProvider.System);

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(0);
        _secureHost = await TestHost.StartAsync(0, Certificate.Certificate);
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values) { await (await server.Value).DisposeAsync(); }
        await Host.DisposeAsync();
        await SecureHost.DisposeAsync();
        Certificate.Dispose();
    }

    /// <summary>The peer's server.</summary>
    internal Task<PeerServer> ServerAsync(Peer peer) => _servers.GetOrAdd(peer.Name, _ => new(() => PeerServer.StartAsync(peer))).Value;

    /// <summary>What the peer's client found at our server.</summary>
    internal Task<IReadOnlyDictionary<string, CaseResult>> ClientResultsAsync(Peer peer) =>
        _clientRuns.GetOrAdd(peer.Name, _ => new(() => PeerClient.RunAllAsync(peer, Host.Target))).Value;

    /// <summary>What the peer's client found at our server over TLS.</summary>
    internal Task<IReadOnlyDictionary<string, CaseResult>> SecureClientResultsAsync(Peer peer) =>
        _clientRuns.GetOrAdd($"{peer.Name} over TLS", _ => new(() => PeerClient.RunAllAsync(peer, SecureHost.Target, Certificate.FilePath))).Value;
}
