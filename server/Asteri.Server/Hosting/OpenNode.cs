using Asteri.Compute.Os;
using Asteri.Engine.Storage;
using Asteri.Rpc.Builtin;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Hosting;
using Asteri.Rpc.Services;
using Asteri.Server.Admission;
using Asteri.Server.Features;
using Asteri.Server.Features.Admin;
using Asteri.Server.Features.Entries;
using Asteri.Server.Security;
using Asteri.Server.Telemetry;

namespace Asteri.Server.Hosting;

/// <summary>
/// Everything behind the ports of a node whose store is open; the composition root. Disposing it writes the last checkpoint and closes the store.
/// </summary>
internal sealed class OpenNode : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly NodeSurroundings _around;
    private readonly KeyRing _keys;
    private readonly AuditLog _audit;
    private readonly Authenticator _authenticator;
    private readonly LastUseWriter _lastUses;
    private readonly SpaceCatalog _spaces;
    private readonly SnapshotShelf _snapshots;
    private AuthenticationInterceptor? _authentication;
    private AdmissionControl? _admission;

    private OpenNode(NodeOptions options, NodeSurroundings around, Store store, (KeyRing Keys, AuditLog Audit) security)
    {
        (_options, _around, Store, (_keys, _audit)) = (options, around, store, security);
        bool open = !Exposure.Of(options.Server).KeysRequired && !options.Security.RequireKeys;
        _authenticator = new(_keys, options.Security, open, around.Loggers.CreateLogger<Authenticator>());
        _lastUses = new(_keys, around.Time, around.Loggers.CreateLogger<LastUseWriter>());
        _spaces = SpaceCatalog.Open(store);
        _snapshots = new(options.Storage.SnapshotRoot, around.Time);
    }

    public Store Store { get; }

    /// <summary>Opens the store, what its security rests on, and its names.</summary>
    public static async Task<OpenNode> OpenAsync(NodeOptions options, NodeSurroundings around, CancellationToken cancellation)
    {
        var store = await Store.OpenAsync(options.Storage.ToStoreOptions(), around.Time, cancellation);
        try
        {
            var pepper = await Pepper.OpenAsync(
                store, options.Storage.InData(options.Security.PepperFile), cancellation);
            var keys = KeyRing.Open(store, pepper, options.Security, around.Time);
            var node = new OpenNode(options, around, store, (keys, AuditLog.Open(store, pepper, around.Time)));
            await node.MakeFirstKeyAsync(cancellation);
            await node._lastUses.StartAsync(CancellationToken.None);
            StoreMeters.Add(around.Meters, () => store.Status, () => PosixDirectory.FreeBytes(options.Storage.Directory));
            return node;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The pipelines of the two ports: the guards, the calls, and the few routes that are no calls.</summary>
    public (RequestDelegate Http, RequestDelegate Grpc) Build(IApplicationBuilder app, NodeHealth health)
    {
        var services = BindServices(health);
        var policies = MethodPolicies.Read(services);
        _authentication = new(_authenticator, policies);
        _admission = new(_options.Admission, policies, _around.Time, _around.Meters.Meter);
        var host = new RpcHost(services, Interceptors(), method => policies.LimitsOf(method, MethodLimits.Default))
        {
            StopGrace = _options.Server.ShutdownGrace,
        };

        return (BuildPort(app, host.UseJson, Routes), BuildPort(app, host.UseGrpc, Routes));

        Task Routes(HttpContext http) => http.Request.Path.Value == "/metrics" ? _around.Metrics.ServeAsync(http) : health.ServeAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        await _lastUses.StopAsync(CancellationToken.None);
        _lastUses.Dispose();
        await Store.DisposeAsync();
        _admission?.Dispose();
        _authenticator.Dispose();
        _spaces.Dispose();
        _snapshots.Dispose();
    }

    private List<RpcService> BindServices(NodeHealth health)
    {
        var limits = _options.Storage.ToStoreOptions();
        var gate = new StreamGate(call => _authentication!.Recheck(call), call => _admission!.EnterAsync(call));
        List<RpcService> services =
        [
            EntryFeature.Bind(new(Store, limits, _spaces, gate, _around.Stopping), _around.Loggers),
            AdminFeature.Bind(new(Store, _keys, _audit, _snapshots)
            {
                StartedAt = _around.StartedAt, Version = NodeSurroundings.Version, DataDirectory = limits.Directory, Stopping = _around.Stopping,
            }),
            HealthService.Bind(health.States, _around.Stopping),
        ];
        if (_options.Server.Reflection) { services.Add(ReflectionService.Bind(services)); }
        return services;
    }

    /// <summary>
    /// From the outside in: what happened is told even of refused calls; who may is asked before there is room; a fault of the store is named last.
    /// </summary>
    private List<RpcInterceptor> Interceptors() =>
    [
        new TelemetryInterceptor(
            _around.Meters, _options.Telemetry, _around.Time, _around.Loggers.CreateLogger<TelemetryInterceptor>()).InterceptAsync,
        _authentication!.InterceptAsync,
        new AdmissionInterceptor(_admission!).InterceptAsync,
        new StoreFaultMapping(_around.Loggers.CreateLogger<StoreFaultMapping>(), _around.Time).InterceptAsync,
    ];

    private RequestDelegate BuildPort(IApplicationBuilder app, Action<IApplicationBuilder> useCalls, RequestDelegate routes)
    {
        var port = app.New();
        new BrowserGuard(_authenticator).Use(port);
        useCalls(port);
        new RouteGuard(_authenticator).Use(port);
        port.Run(routes);
        return port.Build();
    }

    /// <summary>Where keys are required and none may make others, nobody could ever make one: the node does, and says it once.</summary>
    private async Task MakeFirstKeyAsync(CancellationToken cancellation)
    {
        if (_authenticator.IsLoopbackOpen || _keys.HasAdministrator) { return; }
        string tenant = _options.Security.DefaultTenant;
        var spec = new KeySpec(tenant, ScopeSet.All, NamePatterns.Every) { Note = "first key, made by the node" };
        var key = await _audit.RecordAsync(Principal.Nobody, "key.create", tenant, () => _keys.CreateAsync(spec, default, cancellation));
        await _around.Notices.WriteLineAsync($"First administrator's key, shown this once: {key.Reveal()}");
    }
}
