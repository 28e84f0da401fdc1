using System.Buffers.Binary;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>
/// The node's keys: an immutable table in memory for every call, and the store behind it for every change. A change is durable when its method
/// returns, and a revoked secret is refused from that moment on. Thread-safe.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>Every key is held in memory; beyond this, something makes keys that should not.</summary>
    private const int MaxKeys = 100_000;

    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    private readonly Store _store;
    private readonly Pepper _pepper;
    private readonly SecurityOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _change = new(1, 1);
    /// <summary>Replaced by whoever holds <see cref="_change"/>.</summary>
    private volatile KeyTable _table;

    private KeyRing(Store store, Pepper pepper, SecurityOptions options, TimeProvider time) =>
        (_store, _pepper, _options, _time, _table) = (store, pepper, options, time, Load(store));

    /// <summary>Loads the keys of a store.</summary>
    /// <exception cref="SecurityException">A record cannot be read.</exception>
    public static KeyRing Open(Store store, Pepper pepper, SecurityOptions options, TimeProvider time) => new(store, pepper, options, time);

    /// <summary>Whether a key is valid that may make others. Where there is none, nobody can change anything.</summary>
    public bool HasAdministrator
    {
        get
        {
            var now = _time.GetUtcNow();
            return _table.Records.Any(r => r.Spec.Scopes.Contains(Scope.Admin) && r.Describe(now).LiveSecrets > 0);
        }
    }

    /// <summary>
    /// Makes a key. A request names the key that it makes, so a second try is found out however long ago the first was: its secret was in the first
    /// reply alone.
    /// </summary>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the spec has a fault. ALREADY_EXISTS: this request has made its key. RESOURCE_EXHAUSTED: there are too many keys.
    /// </exception>
    public Task<IssuedKey> CreateAsync(KeySpec spec, RequestId request = default, CancellationToken cancellation = default)
    {
        spec.Validate(_time.GetUtcNow());
        return ChangeAsync(
            async () =>
            {
                if (_table.Count >= MaxKeys)
                {
                    throw new RpcException(RpcCode.ResourceExhausted, $"There are {MaxKeys:N0} keys, the limit; revoke some.");
                }

                string environment = _options.Environment;
                var text = request.IsNone ? KeyText.Create(environment) : KeyText.Create(environment, KeyText.IdOf(request));
                if (_table.Find(text.Id) is not null)
                {
                    throw new RpcException(
                        RpcCode.AlreadyExists,
                        $"This request has made the key '{text.Id}' already; rotate that key to get a secret.");
                }

                var record = new KeyRecord(text.Id, text.Environment, spec, _time.GetUtcNow()) { Newest = Hash(text) };
                await PutAsync(record, request);
                return new IssuedKey(record.Describe(_time.GetUtcNow()), text);
            },
            cancellation);
    }

    /// <summary>
    /// A second secret for a key; the one before stays valid for <paramref name="overlap"/> (up to 30 days). Never more than two are valid: the one
    /// before that is void at once. Null when there is no such key.
    /// </summary>
    public Task<IssuedKey?> RotateAsync(string keyId, TimeSpan overlap, RequestId request = default, CancellationToken cancellation = default)
    {
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            throw RpcException.Invalid("overlap_seconds", $"{overlap.TotalSeconds:F0}; it must be 0 to {MaxOverlap.TotalSeconds:N0}.");
        }

        return ChangeAsync(
            async () =>
            {
                if (_table.Find(keyId) is not { } record) { return null; }
                var (text, now) = (KeyText.Create(record.Environment, record.Id), _time.GetUtcNow());
                var rotated = record with { Newest = Hash(text), Older = record.Newest, OlderUntil = now + overlap };
                await PutAsync(rotated, request);
                return new IssuedKey(rotated.Describe(now), text);
            },
            cancellation);
    }

    /// <summary>
    /// Voids a key with all its secrets. False when there is no such key. The key is refused from the first moment on, before the store knows: when
    /// the store then fails, the key stays refused by this process, and the caller learns that a restart would bring it back.
    /// </summary>
    public Task<bool> RevokeAsync(string keyId, CancellationToken cancellation = default) => ChangeAsync(
        async () =>
        {
            if (!KeyText.IsId(keyId) || (_table.Find(keyId) is null && _store.Read(SecurityKeys.Credentials, SecurityKeys.Key(keyId)) is null))
            {
                return false;
            }

            _table = _table.Without(keyId);
            var batch = _store.NewBatch()
                .Delete(SecurityKeys.Credentials, SecurityKeys.Key(keyId))
                .Delete(SecurityKeys.Credentials, SecurityKeys.Use(keyId));
            await _store.WriteAsync(batch, CancellationToken.None);
            return true;
        },
        cancellation);

    /// <summary>The keys of a tenant, or of all tenants, by id.</summary>
    public IReadOnlyList<KeyInformation> List(string? tenant = null)
    {
        var now = _time.GetUtcNow();
        var chosen = _table.Records.Where(r => tenant is null || r.Spec.Tenant == tenant);
        return [.. chosen.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Describe(now))];
    }

    /// <summary>Writes the last uses that changed since the last time; called now and then in the background.</summary>
    public async Task WriteLastUsesAsync(CancellationToken cancellation)
    {
        var batch = _store.NewBatch();
        var written = new List<(LastUse Use, long Seconds)>();
        foreach (var record in _table.Records)
        {
            if (record.LastUse.Unwritten is not { } seconds) { continue; }
            byte[] value = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(value, seconds);
            batch.Put(SecurityKeys.Credentials, SecurityKeys.Use(record.Id), value);
            written.Add((record.LastUse, seconds));
        }

        if (written.Count == 0) { return; }
        await _store.WriteAsync(batch, cancellation);
        foreach (var (use, seconds) in written) { use.Written(seconds); }
    }

    public void Dispose() => _change.Dispose();

    /// <summary>Who holds this key, or null: unknown, wrong, expired and revoked are one answer, reached in the same steps.</summary>
    internal Principal? Open(KeyText key)
    {
        var now = _time.GetUtcNow();
        if (_table.Open(key, _pepper, now) is not { } record) { return null; }
        record.LastUse.Touch(now, _options.LastUseResolution);
        return new(record.Spec.Tenant, record.Spec.Scopes, record.Spec.Names) { KeyId = record.Id };
    }

    private static KeyTable Load(Store store)
    {
        var table = KeyTable.Empty;
        foreach (var entry in store.Scan(SecurityKeys.Credentials, SecurityKeys.KeyPrefix.ToArray()))
        {
            table = table.With(KeyFormat.Read(entry.Value.Bytes));
        }

        foreach (var entry in store.Scan(SecurityKeys.Credentials, SecurityKeys.UsePrefix.ToArray()))
        {
            string id = System.Text.Encoding.ASCII.GetString(entry.Key.AsSpan(SecurityKeys.UsePrefix.Length));
            table.Find(id)?.LastUse.Load(BinaryPrimitives.ReadInt64LittleEndian(entry.Value.Bytes));
        }

        return table;
    }

    private byte[] Hash(KeyText text)
    {
        byte[] hash = new byte[Pepper.HashBytes];
        _pepper.Hash(text, hash);
        return hash;
    }

    /// <summary>Durable first: a key that a crash could take back must not have opened anything.</summary>
    private async Task PutAsync(KeyRecord record, RequestId request)
    {
        await _store.WriteAsync(
            _store.NewBatch(request).Put(SecurityKeys.Credentials, SecurityKeys.Key(record.Id), KeyFormat.Write(record)),
            CancellationToken.None);
        _table = _table.With(record);
    }

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellation)
    {
        await _change.WaitAsync(cancellation);
        try { return await change(); }
        finally { _change.Release(); }
    }
}
