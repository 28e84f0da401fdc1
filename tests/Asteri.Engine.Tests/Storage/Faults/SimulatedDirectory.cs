namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// A directory's names as programs see them, and as the platter has them. Changes since the last sync survive a power cut in their order up to
/// some point. Guarded by its disk's lock.
/// </summary>
internal sealed class SimulatedDirectory
{
    private readonly List<(string Name, object? Node)[]> _unsynced = [];
    private readonly Dictionary<string, object> _durable = new(StringComparer.Ordinal);

    /// <summary>Name to <see cref="SimulatedFile"/> or <see cref="SimulatedDirectory"/>.</summary>
    public SortedDictionary<string, object> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes names in one step; a null node takes the name away.</summary>
    public void Change(params (string Name, object? Node)[] changes)
    {
        foreach (var (name, node) in changes)
            Set(Names, name, node);
        _unsynced.Add(changes);
    }

    public void Sync()
    {
        foreach (var changes in _unsynced)
            Land(changes);
        _unsynced.Clear();
    }

    /// <summary>What is there when the power comes back, with everything in it.</summary>
    public SimulatedDirectory AfterPowerCut(Random random)
    {
        foreach (var changes in _unsynced.Take(random.Next(_unsynced.Count + 1)))
            Land(changes);
        var after = new SimulatedDirectory();
        foreach (var (name, node) in _durable.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            object copy = node is SimulatedFile file ? file.AfterPowerCut(random) : ((SimulatedDirectory)node).AfterPowerCut(random);
            after.Names[name] = after._durable[name] = copy;
        }

        return after;
    }

    private void Land((string Name, object? Node)[] changes)
    {
        foreach (var (name, node) in changes)
            Set(_durable, name, node);
    }

    private static void Set(IDictionary<string, object> names, string name, object? node)
    {
        if (node is null)
            names.Remove(name);
        else
            names[name] = node;
    }
}
