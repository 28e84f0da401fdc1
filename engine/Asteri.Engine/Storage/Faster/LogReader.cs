using System.Buffers.Binary;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Reads the log's entries straight from its segments, without FasterLog: its iterator skips what is damaged, and here a damaged entry must be met.
/// Reads ahead in blocks. What an entry holds is the caller's to check. One thread at a time.
/// </summary>
internal sealed class LogReader(SegmentFiles files, int pageBytes)
{
    private const int BlockBytes = 256 << 10;

    private byte[] _block = [];
    private long _blockStart;
    private int _blockLength;

    /// <summary>
    /// Reads the entry at <paramref name="address"/>, or at the next page where the rest of this one is empty. False where no entry can stand below
    /// <paramref name="limit"/>: nothing is there, or a length that does not fit.
    /// </summary>
    public bool TryRead(long address, long limit, out LogEntry entry)
    {
        if (TryReadAt(address, limit, out entry))
            return true;
        var start = StartFrom(address, limit);
        return start != address && TryReadAt(start, limit, out entry);
    }

    /// <summary>
    /// Where the entry at or behind <paramref name="address"/> must stand: there, or on the next page where this one is empty behind it.
    /// </summary>
    public long StartFrom(long address, long limit)
    {
        var nextPage = (address / pageBytes * pageBytes) + pageBytes;
        return IsEmptyAt(address, limit) && nextPage < limit ? nextPage : address;
    }

    /// <summary>Forgets what was read ahead; bytes behind the last entry read may have changed.</summary>
    public void Forget() => _blockLength = 0;

    private bool TryReadAt(long address, long limit, out LogEntry entry)
    {
        entry = default;
        var room = Math.Min(limit, (address / pageBytes * pageBytes) + pageBytes) - address;
        if (room <= LogFormat.HeaderBytes || !TryTake(address, LogFormat.HeaderBytes, limit, out var header))
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (length <= 0 || length > room - LogFormat.HeaderBytes || !TryTake(address, LogFormat.HeaderBytes + length, limit, out var whole))
            return false;
        entry = new LogEntry(address, address + LogFormat.Allocated(length), whole[LogFormat.HeaderBytes..]);
        return true;
    }

    /// <summary>
    /// True when a page ends here, or no entry starts here: FasterLog leaves the rest of a page zero when the next entry does not fit.
    /// </summary>
    private bool IsEmptyAt(long address, long limit)
    {
        var room = (address / pageBytes * pageBytes) + pageBytes - address;
        return room < LogFormat.HeaderBytes
            || (TryTake(address, LogFormat.HeaderBytes, limit, out var header) && header.IndexOfAnyExcept((byte)0) < 0);
    }

    private bool TryTake(long address, int count, long limit, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (address < _blockStart || address + count > _blockStart + _blockLength)
            Fill(address, count, limit);
        if (address + count > _blockStart + _blockLength)
            return false;
        bytes = _block.AsSpan((int)(address - _blockStart), count);
        return true;
    }

    private void Fill(long address, int count, long limit)
    {
        var wanted = (int)Math.Max(count, Math.Min(BlockBytes, limit - address));
        if (_block.Length < wanted)
            _block = new byte[wanted];
        _blockStart = address;
        _blockLength = files.Read(address, _block.AsSpan(0, wanted));
    }
}
