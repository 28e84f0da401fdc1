namespace Asteri.Engine.Storage.Lanes;

/// <summary>Where records stand in the log: a record for about every 64 KiB, kept in memory and rebuilt when the lane is opened.</summary>
internal sealed class SeqIndex
{
    private const long Spacing = 64 << 10;

    private readonly Lock _sync = new();
    private readonly List<(ulong Seq, long Address)> _marks = [];

    /// <summary>The oldest record that the log still has; null while it is empty.</summary>
    public (ulong Seq, long Address)? First
    {
        get
        {
            lock (_sync)
                return _marks.Count == 0 ? null : _marks[0];
        }
    }

    /// <summary>Notes a batch's first record; called in log order.</summary>
    public void Add(ulong seq, long address)
    {
        lock (_sync)
        {
            if (_marks.Count == 0 || address - _marks[^1].Address >= Spacing)
                _marks.Add((seq, address));
        }
    }

    /// <summary>The last noted record at or before a seq; null when the log no longer has it.</summary>
    public (ulong Seq, long Address)? Find(ulong seq)
    {
        lock (_sync)
        {
            var at = CountUpTo(mark => mark.Seq <= seq);
            return at == 0 ? null : _marks[at - 1];
        }
    }

    /// <summary>The last noted record at or before an address; the first one when there is none.</summary>
    public (ulong Seq, long Address)? FindAddress(long address)
    {
        lock (_sync)
        {
            var at = CountUpTo(mark => mark.Address <= address);
            return _marks.Count == 0 ? null : _marks[Math.Max(at, 1) - 1];
        }
    }

    /// <summary>Forgets everything before a record: the log begins with it from now on.</summary>
    public void StartAt(ulong seq, long address)
    {
        lock (_sync)
        {
            _marks.RemoveRange(0, CountUpTo(mark => mark.Address < address));
            if (_marks.Count == 0 || _marks[0].Address > address)
                _marks.Insert(0, (seq, address));
        }
    }

    private int CountUpTo(Func<(ulong Seq, long Address), bool> belongs)
    {
        int low = 0, high = _marks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (belongs(_marks[middle]))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
