using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// What the handlers of StoreService share: the open store, its limits, the names of spaces, what a stream asks before every message, and the signal
/// that the node stops.
/// </summary>
internal sealed record EntryAccess(Store Store, StoreOptions Limits, SpaceCatalog Spaces, StreamGate Gate, CancellationToken Stopping)
{
    /// <summary>The space that a call reads. Absent, another tenant's, and out of the key's reach look the same.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: no name; NOT_FOUND.</exception>
    public Space SpaceToRead(string name, ServerCall call)
    {
        CheckName(name);
        return FindToRead(name, call) ?? throw new RpcException(RpcCode.NotFound, $"There is no space '{name}'.");
    }

    /// <summary>As <see cref="SpaceToRead"/>, but null when there is none.</summary>
    public Space? FindToRead(string name, ServerCall call)
    {
        var caller = Principal.Of(call);
        return caller.CanReach(name) ? Spaces.Find(caller.Tenant, name) : null;
    }

    /// <summary>The space that a call writes, made when it is new. Whether it was there, a refused caller does not learn.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED: the key does not reach the name.</exception>
    public ValueTask<Space> SpaceToWriteAsync(string name, ServerCall call)
    {
        var caller = Principal.Of(call);
        CheckReach(caller, name);
        return Spaces.FindOrMakeAsync(caller.Tenant, name, call.Cancellation);
    }

    /// <exception cref="RpcException">PERMISSION_DENIED: the key does not reach the name.</exception>
    public static void CheckReach(Principal caller, string name)
    {
        if (!caller.CanReach(name)) { throw new RpcException(RpcCode.PermissionDenied, $"space: this key does not reach '{name}'."); }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT: the text is no name of a space.</exception>
    public static void CheckName(string name)
    {
        if (!SpaceName.IsValid(name)) { throw RpcException.Invalid("space", $"'{name}' is no space's name; it must be {SpaceName.Rule}."); }
    }
}
