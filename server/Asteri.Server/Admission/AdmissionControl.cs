using Asteri.Rpc.Calls;

namespace Asteri.Server.Admission;

/// <summary>
/// Decides whether there is room for a call now: a share of the node's concurrency (search, write, admin), memory for its request, and a place in a short queue whose calls are
/// dropped as soon as their deadline is over. Refusals are UNAVAILABLE (the node is full) or RESOURCE_EXHAUSTED (the tenant has its share) and say when to come again. Thread-safe.
/// </summary>
public sealed class AdmissionControl
{
    public AdmissionControl(AdmissionOptions options, TimeProvider time) => throw new NotSupportedException("to be written");

    /// <summary>
    /// Takes a slot for one piece of work of a call; disposing the slot gives it back. The interceptor does this for calls with one request and one response; the handler of a
    /// stream does it for every batch, so that an idle stream holds nothing.
    /// </summary>
    /// <exception cref="RpcException">There is no room.</exception>
    public ValueTask<AdmissionSlot> EnterAsync(ServerCall call, Asteri.V1.Admission share) => throw new NotSupportedException("to be written");
}
