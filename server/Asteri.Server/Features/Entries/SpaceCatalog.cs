using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Google.Rpc;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// Which space of the store a tenant's name stands for. Kept in the store itself, one entry a name:
/// <code>
/// key:   tenant, 0x00, name                     (neither holds a 0x00)
/// value: format (1 byte, 1), id (4 bytes, little-endian)
/// </code>
/// and in memory as one immutable table that readers take as it is. Names are made on first write and stay. Thread-safe.
/// </summary>
internal sealed class SpaceCatalog : IDisposable
{
    /// <summary>Where the names lie. Other tables of the catalogue have other ids.</summary>
    internal static readonly Space Table = new(RecordKind.Catalog, 1);

    /// <summary>A name costs memory for ever; this many are a mistake of the caller.</summary>
    internal const int MaxSpacesPerTenant = 100_000;

    private const byte Format = 1;
    private static readonly ImmutableSortedDictionary<string, uint> None = ImmutableSortedDictionary.Create<string, uint>(StringComparer.Ordinal);

    private readonly Store _store;
    private readonly SemaphoreSlim _making = new(1);
    private volatile ImmutableDictionary<string, ImmutableSortedDictionary<string, uint>> _tenants;
    private uint _lastId;

    private SpaceCatalog(Store store, ImmutableDictionary<string, ImmutableSortedDictionary<string, uint>> tenants, uint lastId)
    {
        _store = store;
        _tenants = tenants;
        _lastId = lastId;
    }

    /// <summary>Reads the names of a store.</summary>
    /// <exception cref="StoreException">
    /// Damaged: an entry of the catalogue is not what was written, or a lane is refused. Without all names nobody could say which ids are free.
    /// </exception>
    public static SpaceCatalog Open(Store store)
    {
        var tenants = new Dictionary<string, ImmutableSortedDictionary<string, uint>.Builder>(StringComparer.Ordinal);
        uint lastId = 0;
        foreach (var entry in store.Scan(Table, default))
        {
            var (tenant, name, id) = Decode(entry);
            if (!tenants.TryGetValue(tenant, out var names)) { tenants[tenant] = names = None.ToBuilder(); }
            names[name] = id;
            lastId = Math.Max(lastId, id);
        }

        return new(store, tenants.ToImmutableDictionary(t => t.Key, t => t.Value.ToImmutable(), StringComparer.Ordinal), lastId);
    }

    /// <summary>The space of a name; null when the tenant has none of that name.</summary>
    public Space? Find(string tenant, string name) => Names(tenant).TryGetValue(name, out uint id) ? new(RecordKind.Bytes, id) : null;

    /// <summary>The space of a name, made durable first when it is new.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the tenant has too many.</exception>
    public async ValueTask<Space> FindOrMakeAsync(string tenant, string name, CancellationToken cancellation)
    {
        if (Find(tenant, name) is { } known) { return known; }
        await _making.WaitAsync(cancellation);
        try
        {
            return Find(tenant, name) ?? await MakeAsync(tenant, name);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>The names of a tenant behind <paramref name="after"/>, in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, Space>> List(string tenant, string after) => Names(tenant)
        .Where(n => string.CompareOrdinal(n.Key, after) > 0)
        .Select(n => KeyValuePair.Create(n.Key, new Space(RecordKind.Bytes, n.Value)));

    public void Dispose() => _making.Dispose();

    /// <summary>Runs alone. The id is used up before it is written: when the write's outcome is unknown, no other name may get it.</summary>
    private async Task<Space> MakeAsync(string tenant, string name)
    {
        var names = Names(tenant);
        if (names.Count >= MaxSpacesPerTenant)
        {
            throw new RpcException(
                RpcCode.ResourceExhausted,
                $"space: this tenant has {names.Count} spaces, which is the limit.",
                new ErrorInfo { Reason = "TOO_MANY_SPACES", Domain = "asteri" });
        }

        uint id = checked(++_lastId);
        byte[] value = new byte[5];
        value[0] = Format;
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(1), id);
        await _store.WriteAsync(_store.NewBatch().Put(Table, Encoding.UTF8.GetBytes($"{tenant}\0{name}"), value), CancellationToken.None);
        _tenants = _tenants.SetItem(tenant, names.SetItem(name, id));
        return new(RecordKind.Bytes, id);
    }

    private ImmutableSortedDictionary<string, uint> Names(string tenant) => _tenants.GetValueOrDefault(tenant, None);

    private static (string Tenant, string Name, uint Id) Decode(StoredEntry entry)
    {
        int separator = entry.Key.AsSpan().IndexOf((byte)0);
        if (separator < 1 || entry.Value.Bytes is not [Format, _, _, _, _])
        {
            throw new StoreException(
                StoreFault.Damaged,
                $"The catalogue of spaces has an entry that is none: key {Convert.ToHexStringLower(entry.Key)}. Restore from a snapshot.");
        }

        return (
            Encoding.UTF8.GetString(entry.Key.AsSpan(0, separator)),
            Encoding.UTF8.GetString(entry.Key.AsSpan(separator + 1)),
            BinaryPrimitives.ReadUInt32LittleEndian(entry.Value.Bytes.AsSpan(1)));
    }
}
