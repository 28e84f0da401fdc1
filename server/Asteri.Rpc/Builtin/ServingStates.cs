using System.Collections.Immutable;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Asteri.Rpc.Builtin;

/// <summary>
/// Which services serve now: set by the server, told by <see cref="HealthService"/>. The empty name is the server as a whole. Every service is
/// NOT_SERVING until it is set, so that a probe during the start sees a server that is not ready. Thread-safe; readers never wait.
/// </summary>
public sealed class ServingStates
{
    /// <summary>The name under which the server as a whole is asked for.</summary>
    public const string Overall = "";

    private readonly Lock _writing = new();
    private volatile Snapshot _current;

    /// <param name="services">Full names of the services, such as "asteri.v1.StoreService".</param>
    public ServingStates(IEnumerable<string> services) =>
        _current = new(services.Append(Overall).ToImmutableDictionary(name => name, _ => Status.NotServing));

    /// <summary>Sets one service, or with <see cref="Overall"/> the server as a whole. Watchers are told.</summary>
    /// <exception cref="ArgumentException">The service was not named when this was made.</exception>
    public void Set(string service, bool isServing)
    {
        lock (_writing)
        {
            if (!_current.Services.ContainsKey(service))
            {
                throw new ArgumentException($"'{service}' is no service of this server.", nameof(service));
            }

            Publish(_current.Services.SetItem(service, ToStatus(isServing)));
        }
    }

    /// <summary>
    /// Sets every service and the server as a whole, as one change: ready at the end of the start, not serving from the begin of the stop on.
    /// </summary>
    public void SetAll(bool isServing)
    {
        lock (_writing) { Publish(_current.Services.ToImmutableDictionary(s => s.Key, _ => ToStatus(isServing))); }
    }

    /// <summary>The states as they are now, with the signal of the next change.</summary>
    internal Snapshot Current => _current;

    private static Status ToStatus(bool isServing) => isServing ? Status.Serving : Status.NotServing;

    private void Publish(ImmutableDictionary<string, Status> services)
    {
        var older = _current;
        _current = new(services);
        older.Changed.SetResult();
    }

    /// <summary>One immutable version of the states. <see cref="Changed"/> ends when there is a newer one.</summary>
    internal sealed class Snapshot(ImmutableDictionary<string, Status> services)
    {
        public ImmutableDictionary<string, Status> Services { get; } = services;

        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Status? Find(string service) => Services.TryGetValue(service, out var status) ? status : null;
    }
}
