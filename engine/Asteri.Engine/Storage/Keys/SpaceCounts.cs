using System.Collections.Concurrent;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Keys;

/// <summary>How many keys each space has. One thread adds; any thread reads what was published.</summary>
internal sealed class SpaceCounts
{
    private readonly ConcurrentDictionary<Space, long> _published = new();
    private readonly Dictionary<Space, long> _changes = [];

    /// <summary>The spaces that have keys.</summary>
    public IEnumerable<Space> All => _published.Keys;

    public long Of(Space space) => _published.GetValueOrDefault(space);

    public void Add(ReadOnlySpan<byte> fullKey, long change)
    {
        var space = FullKey.SpaceOf(fullKey);
        _changes[space] = _changes.GetValueOrDefault(space) + change;
    }

    public void Publish()
    {
        foreach (var (space, change) in _changes)
        {
            var count = Of(space) + change;
            if (count == 0)
                _published.TryRemove(space, out _);
            else
                _published[space] = count;
        }

        _changes.Clear();
    }
}
