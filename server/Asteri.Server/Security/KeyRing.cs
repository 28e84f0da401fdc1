using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>
/// The node's keys: an immutable table in memory for every call, and the store behind it for every change. A change is durable when its method returns, and a revoked
/// secret is refused from that moment on. Thread-safe.
/// </summary>
public sealed class KeyRing
{
    private KeyRing()
    {
    }

    /// <summary>Loads the keys of a store.</summary>
    public static KeyRing Open(Store store, Pepper pepper, SecurityOptions options, TimeProvider time) => throw new NotSupportedException("to be written");

    /// <summary>No key was ever made, or all were revoked.</summary>
    public bool IsEmpty => throw new NotSupportedException("to be written");

    /// <summary>Makes a key. A second try with the same <paramref name="request"/> is refused by the store (RequestIdReused): the secret was in the first reply alone.</summary>
    /// <exception cref="Rpc.Calls.RpcException">INVALID_ARGUMENT: the spec has a fault.</exception>
    public Task<IssuedKey> CreateAsync(KeySpec spec, RequestId request = default, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>
    /// A second secret for a key; the one before stays valid for <paramref name="overlap"/> (up to 30 days). Never more than two are valid: the one before that is void at once.
    /// Null when there is no such key.
    /// </summary>
    public Task<IssuedKey?> RotateAsync(string keyId, TimeSpan overlap, RequestId request = default, CancellationToken cancellation = default) =>
        throw new NotSupportedException("to be written");

    /// <summary>Voids a key with all its secrets. False when there is no such key.</summary>
    public Task<bool> RevokeAsync(string keyId, CancellationToken cancellation = default) => throw new NotSupportedException("to be written");

    /// <summary>The keys of a tenant, or of all tenants, by id.</summary>
    public IReadOnlyList<KeyInformation> List(string? tenant = null) => throw new NotSupportedException("to be written");

    /// <summary>Writes the last uses that changed since the last time; called now and then in the background.</summary>
    public Task WriteLastUsesAsync(CancellationToken cancellation) => throw new NotSupportedException("to be written");
}
