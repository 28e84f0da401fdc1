namespace Asteri.Engine.Storage.Lanes;

/// <summary>Who reads the log at the moment, and from where on: a checkpoint leaves them what they still need, within limits.</summary>
internal sealed class LogReaders
{
    private readonly Lock _sync = new();
    private readonly Dictionary<object, long> _addresses = [];

    /// <summary>The lowest address that somebody still reads; <see cref="long.MaxValue"/> when nobody does.</summary>
    public long Lowest
    {
        get
        {
            lock (_sync)
                return _addresses.Count == 0 ? long.MaxValue : _addresses.Values.Min();
        }
    }

    public void MoveTo(object reader, long address)
    {
        lock (_sync)
            _addresses[reader] = address;
    }

    public void Leave(object reader)
    {
        lock (_sync)
            _addresses.Remove(reader);
    }
}
