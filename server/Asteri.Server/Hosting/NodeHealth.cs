using Asteri.Engine.Storage;
using Asteri.Rpc.Builtin;

namespace Asteri.Server.Hosting;

/// <summary>
/// Whether the node lives and is ready, for people (/livez, /readyz) and for programs (grpc.health.v1). Ready means: the store has recovered, no lane
/// of it is refused, and nobody has asked the node to stop. A lane that takes no writes but serves reads is named, and the node stays ready.
/// Thread-safe.
/// </summary>
internal sealed class NodeHealth(IEnumerable<string> services)
{
    private volatile Store? _store;
    private volatile bool _stopping;

    /// <summary>What grpc.health.v1 tells.</summary>
    public ServingStates States { get; } = new(services);

    /// <summary>The store has recovered.</summary>
    public void SetOpen(Store store)
    {
        _store = store;
        States.SetAll(!_stopping && store.Status.All(lane => lane.State != LaneState.Refused));
    }

    /// <summary>The node is asked to stop: from now on it is not ready, though it still answers.</summary>
    public void SetStopping()
    {
        _stopping = true;
        States.SetAll(false);
    }

    /// <summary>Whether calls should be sent here, and why not.</summary>
    public (bool Ready, string Text) Check()
    {
        if (_stopping) { return (false, "stopping\n"); }
        if (_store is not { } store) { return (false, "recovering: the store is not open yet\n"); }
        var lanes = store.Status;
        bool ready = lanes.All(lane => lane.State != LaneState.Refused);
        var unwell = lanes.Where(lane => lane.State != LaneState.Healthy).Select(lane => $"lane {lane.Lane}: {Word(lane.State)}\n");
        return (ready, (ready ? "ready\n" : "not ready\n") + string.Concat(unwell));
    }

    /// <summary>Answers /livez and /readyz. The reason of a lane's state may name files, so it is told to administrators (GetStatus) alone.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var (ready, text) = http.Request.Path.Value == "/livez" ? (true, "alive\n") : Check();
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(http.Request.Method)) { await http.Response.WriteAsync(text, http.RequestAborted); }
    }

    private static string Word(LaneState state) => state switch
    {
        LaneState.ReadOnly => "read-only: writes are refused",
        LaneState.Refused => "refused: damage was found",
        _ => state.ToString(),
    };
}
