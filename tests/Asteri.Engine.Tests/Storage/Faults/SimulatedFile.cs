namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// A file's bytes as programs see them, and as the platter has them. What was written since the last sync is kept apart, write by write,
/// because a power cut decides on each of them. Guarded by its disk's lock.
/// </summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;

    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _visible = [];
    private byte[] _durable = [];
    private int _length;
    private int _durableLength;

    public int Length => _length;

    public static SimulatedFile Of(ReadOnlySpan<byte> content) => new()
    {
        _visible = content.ToArray(),
        _durable = content.ToArray(),
        _length = content.Length,
        _durableLength = content.Length,
    };

    public byte[] Content() => _visible.AsSpan(0, _length).ToArray();

    public int Read(long offset, Span<byte> buffer)
    {
        if (offset >= _length)
            return 0;
        var there = _visible.AsSpan((int)offset, (int)Math.Min(buffer.Length, _length - offset));
        there.CopyTo(buffer);
        return there.Length;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _visible, ref _length, offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
    }

    public void Extend(long length)
    {
        if (length <= _length)
            return;
        Grow(ref _visible, ref _length, length);
        _unsynced.Add((length, null));
    }

    public void Sync()
    {
        foreach (var write in _unsynced)
            Land(write, Whole);
        _unsynced.Clear();
    }

    /// <summary>A sync that failed: some writes landed, and the others never will, although readers still see them and later syncs succeed.</summary>
    public void FailSync(Random random)
    {
        LandSome(random);
        _unsynced.Clear();
    }

    /// <summary>What is there when the power comes back.</summary>
    public SimulatedFile AfterPowerCut(Random random)
    {
        LandSome(random);
        return Of(_durable.AsSpan(0, _durableLength));
    }

    private static bool Whole(int sector) => true;

    private void LandSome(Random random)
    {
        foreach (var write in _unsynced)
        {
            var fate = random.Next(3);
            if (fate == 0)
                Land(write, Whole);
            else if (fate == 1)
                Land(write, _ => random.Next(2) == 0);
        }
    }

    /// <summary>Brings a write to the platter: the parts of it in those sectors that are chosen.</summary>
    private void Land((long Offset, byte[]? Bytes) write, Func<int, bool> isChosen)
    {
        if (write.Bytes is not { } bytes)
        {
            if (isChosen(0))
                Grow(ref _durable, ref _durableLength, write.Offset);
            return;
        }

        for (var at = 0; at < bytes.Length;)
        {
            var sector = (int)((write.Offset + at) / Sector);
            var end = (int)Math.Min(bytes.Length, ((sector + 1L) * Sector) - write.Offset);
            if (isChosen(sector))
                Put(ref _durable, ref _durableLength, write.Offset + at, bytes.AsSpan(at, end - at));
            at = end;
        }
    }

    private static void Put(ref byte[] content, ref int length, long offset, ReadOnlySpan<byte> bytes)
    {
        Grow(ref content, ref length, offset + bytes.Length);
        bytes.CopyTo(content.AsSpan((int)offset));
    }

    private static void Grow(ref byte[] content, ref int length, long to)
    {
        if (to <= length)
            return;
        if (to > content.Length)
            Array.Resize(ref content, (int)Math.Max(to, Math.Min(2L * content.Length, 1 << 20)));
        length = (int)to;
    }
}
