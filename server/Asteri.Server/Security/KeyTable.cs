using System.Collections.Immutable;

namespace Asteri.Server.Security;

/// <summary>All keys at one moment: what a call is checked against, without a lock.</summary>
internal sealed class KeyTable(ImmutableDictionary<string, KeyRecord> records)
{
    public static KeyTable Empty { get; } = new(ImmutableDictionary<string, KeyRecord>.Empty.WithComparers(StringComparer.Ordinal));

    public int Count => records.Count;

    public IEnumerable<KeyRecord> Records => records.Values;

    public KeyRecord? Find(string id) => records.GetValueOrDefault(id);

    public KeyTable With(KeyRecord record) => new(records.SetItem(record.Id, record));

    public KeyTable Without(string id) => new(records.Remove(id));

    /// <summary>The record that this key opens, or null. Takes the same steps for an id that does not exist as for a wrong secret.</summary>
    public KeyRecord? Open(KeyText key, Pepper pepper, DateTimeOffset now)
    {
        Span<byte> hash = stackalloc byte[Pepper.HashBytes];
        pepper.Hash(key, hash);
        var record = records.GetValueOrDefault(key.Id, KeyRecord.Nobody);
        bool accepted = record.Accepts(hash, now);
        return accepted ? record : null;
    }
}
