using Asteri.Server.Settings;
using Asteri.V1;

namespace Asteri.Server.Hosting;

/// <summary>
/// A node: it listens at once, answers health while its store recovers, serves when it has, and stops without losing what it has begun.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    /// <summary>What the web server may take for its own end, behind the calls' grace.</summary>
    private static readonly TimeSpan CloseMargin = TimeSpan.FromSeconds(5);

    private readonly NodeOptions _options;
    private readonly NodeSurroundings _around;
    private readonly NodeHealth _health;
    private readonly WebApplication _app;
    private readonly Listeners _listeners;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _opening = new();
    private volatile RequestDelegate _http;
    private volatile RequestDelegate _grpc;
    private OpenNode? _open;
    private Task? _stopped;

    private Node(NodeOptions options, TextWriter notices, TimeProvider time)
    {
        _options = options;
        Directory.CreateDirectory(options.Storage.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _loggers = LoggerFactory.Create(logging => NodeLogging.Add(logging, options.Logging));
        _logger = _loggers.CreateLogger<Node>();
        _listeners = new(options.Server, FindCertificate(options, notices, time, _loggers));
        _around = new(options, _loggers, notices, time);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Server.ShutdownGrace + CloseMargin);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(_listeners.Configure);
        _app = builder.Build();
        _health = new([StoreReflection.Descriptor.Services[0].FullName, AdminReflection.Descriptor.Services[0].FullName]);
        _http = StartingPipelines.Http(_health);
        _grpc = StartingPipelines.Grpc(_app, _health);
        _app.Run(http => (http.Features.Get<Door>() == Door.Grpc ? _grpc : _http)(http));
    }

    public Uri HttpAddress => _listeners.HttpAddress;

    public Uri GrpcAddress => _listeners.GrpcAddress;

    /// <summary>Completes when the store has recovered and calls are served; fails when it cannot be opened.</summary>
    public Task Opened { get; private set; } = Task.CompletedTask;

    /// <summary>Starts to listen, and to open the store in the background: see <see cref="Opened"/>.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<Node> StartAsync(Bound<NodeOptions> configuration, TextWriter notices, TimeProvider time)
    {
        var node = new Node(configuration.Options, notices, time);
        try
        {
            string settings = string.Join(", ", configuration.Effective.Select(e => $"{e.Key}={e.Value}"));
            node._logger.LogInformation("asteri {Version}; configuration: {Configuration}", NodeSurroundings.Version, settings);
            await node._app.StartAsync();
            node._logger.LogInformation("Listening: HTTP {Http}, gRPC {Grpc}{Reach}", node.HttpAddress, node.GrpcAddress, node._listeners.Reach);
            // On another thread: recovery computes a good deal before it first waits.
            node.Opened = Task.Run(node.OpenAsync);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Not ready, no new calls, running calls to their end or the end of their grace, a last checkpoint. Calling it again waits for the same end.
    /// </summary>
    public Task StopAsync() => _stopped ??= StopOnceAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _around.Dispose();
        _opening.Dispose();
        _loggers.Dispose();
    }

    private async Task OpenAsync()
    {
        long started = _around.Time.GetTimestamp();
        _open = await OpenNode.OpenAsync(_options, _around, _opening.Token);
        (_http, _grpc) = _open.Build(_app, _health);
        _health.SetOpen(_open.Store);
        foreach (var lane in _open.Store.Status)
        {
            _logger.LogInformation(
                "Lane {Lane}: {State}{Reason}, seq {Seq}, {Entries} entries",
                lane.Lane,
                lane.State,
                string.IsNullOrEmpty(lane.Reason) ? "" : $" ({lane.Reason})",
                lane.LastSeq,
                lane.Entries);
        }

        _logger.LogInformation("Ready after {Elapsed:0.000} s", _around.Time.GetElapsedTime(started).TotalSeconds);
    }

    private async Task StopOnceAsync()
    {
        _logger.LogInformation("Stopping: running calls have {Grace:0.###} s", _options.Server.ShutdownGrace.TotalSeconds);
        _health.SetStopping();
        if (_options.Server.ShutdownDelay > TimeSpan.Zero) { await Task.Delay(_options.Server.ShutdownDelay, _around.Time); }
        await _opening.CancelAsync();
        _around.BeginStop();
        await _app.StopAsync();
        await Opened.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (_open is not null) { await _open.DisposeAsync(); }
        _logger.LogInformation("Stopped; everything acknowledged is in the last checkpoint or the log");
    }

    private static ServerCertificate? FindCertificate(NodeOptions options, TextWriter notices, TimeProvider time, ILoggerFactory loggers)
    {
        if (!Exposure.Of(options.Server).Tls) { return null; }
        var tls = options.Server.Tls;
        var logger = loggers.CreateLogger<ServerCertificate>();
        if (tls.CertificateFile.Length > 0) { return new(tls.CertificateFile, tls.KeyFile, time, logger); }
        var made = new ServerCertificate(SelfSignedCertificate.FindOrMake(options.SelfSignedDirectory, time), "", time, logger);
        notices.WriteLine($"No certificate is configured; this node made its own. Its SHA-256 fingerprint: {made.Fingerprint}");
        return made;
    }
}
