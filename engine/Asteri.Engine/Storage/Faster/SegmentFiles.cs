using System.Collections.Concurrent;
using System.Globalization;
using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// A long row of bytes kept in files <c>segment.N</c> of one size. A segment is made whole before a byte of it is used (space reserved, synced, its
/// name synced), so that a full disk is met before anything is written and no write changes a file's length. Reads may run beside writes.
/// </summary>
internal sealed class SegmentFiles : IDisposable
{
    private const string Prefix = "segment.";

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly ConcurrentDictionary<int, IDiskFile> _segments = new();
    private readonly ConcurrentDictionary<int, bool> _dirty = new();
    private readonly Lock _growth = new();
    private int _first;
    private int _end;

    private SegmentFiles(IDisk disk, string directory, int segmentBytes)
    {
        _disk = disk;
        _directory = directory;
        SegmentBytes = segmentBytes;
    }

    public int SegmentBytes { get; }

    /// <summary>Bytes of the files.</summary>
    public long ByteSize => (long)(Volatile.Read(ref _end) - Volatile.Read(ref _first)) * SegmentBytes;

    /// <summary>Addresses below this one are in reserved space.</summary>
    public long ReservedUntil => (long)Volatile.Read(ref _end) * SegmentBytes;

    /// <summary>Opens what is there. The segments must follow each other without a gap.</summary>
    /// <exception cref="StoreException">Damaged: a segment is missing, has another size or a foreign name.</exception>
    public static SegmentFiles Open(IDisk disk, string directory, int segmentBytes)
    {
        var files = new SegmentFiles(disk, directory, segmentBytes);
        try
        {
            var numbers = disk.List(directory).Select(name => NumberOf(directory, name)).Order().ToArray();
            (files._first, files._end) = numbers.Length == 0 ? (0, 0) : (numbers[0], numbers[0]);
            foreach (var number in numbers)
                files.OpenSegment(number, isLast: number == numbers[^1]);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public static string NameOf(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParseName(string name, out int number)
    {
        number = 0;
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>
    /// Writes bytes that a process before this one wrote, for the next <see cref="Sync"/>. Its own sync may have failed: then the operating
    /// system shows the bytes, takes them for written and never writes them, unless they are written again.
    /// </summary>
    public void WriteAgain(long from, long until)
    {
        var buffer = new byte[(int)Math.Clamp(until - from, 0, 1 << 20)];
        for (int read; from < until; from += read)
        {
            read = Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, until - from)));
            if (read == 0)
                throw new IOException($"{Locate(from)} cannot be read");
            Write(from, buffer.AsSpan(0, read));
        }
    }

    /// <summary>Where an address lies, for messages.</summary>
    public string Locate(long address) => $"'{PathOf(NumberOf(address))}' at offset {address % SegmentBytes}";

    /// <summary>True when the segment of an address is there.</summary>
    public bool Holds(long address) => _segments.ContainsKey(NumberOf(address));

    /// <summary>Makes segments until every address below <paramref name="address"/> is in reserved space.</summary>
    /// <exception cref="IOException">There is no space, or the disk failed; what was reserved before still is.</exception>
    public void ReserveUntil(long address)
    {
        if (address <= ReservedUntil)
            return;
        lock (_growth)
        {
            while (address > ReservedUntil)
                AddSegment(_end);
        }
    }

    /// <summary>Starts an empty row at an address: the first segment will be the one that holds it.</summary>
    public void StartAt(long address)
    {
        if (_segments.IsEmpty)
            (_first, _end) = (NumberOf(address), NumberOf(address));
    }

    /// <summary>Reads up to the buffer's length; fewer bytes only where the segments end.</summary>
    public int Read(long address, Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length && _segments.TryGetValue(NumberOf(address + done), out var file))
        {
            var offset = (address + done) % SegmentBytes;
            var wanted = (int)Math.Min(buffer.Length - done, SegmentBytes - offset);
            var got = file.Read(offset, buffer.Slice(done, wanted));
            done += got;
            if (got < wanted)
                break;
        }

        return done;
    }

    /// <summary>Writes within reserved space; durable after <see cref="Sync"/>.</summary>
    public void Write(long address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var number = NumberOf(address);
            if (!_segments.TryGetValue(number, out var file))
                throw new IOException($"write to '{PathOf(number)}', which was not reserved");
            var offset = address % SegmentBytes;
            var part = (int)Math.Min(bytes.Length, SegmentBytes - offset);
            file.Write(offset, bytes[..part]);
            // Marked behind the write: a sync in between would take the mark away and leave the bytes.
            _dirty[number] = true;
            address += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>
    /// Writes zeros, durable on return, within one segment. Through a handle of its own: the operating system tells each open handle of a failed
    /// write-back once, and what concerns the log must be told to the log's.
    /// </summary>
    public void FillZeros(long address, ReadOnlySpan<byte> zeros)
    {
        using var file = _disk.Open(PathOf(NumberOf(address)), DiskOpen.Existing);
        file.Write(address % SegmentBytes, zeros);
        file.Sync();
    }

    /// <summary>Makes all earlier writes durable.</summary>
    public void Sync()
    {
        foreach (var number in _dirty.Keys)
        {
            // Unmarked first: a write that comes meanwhile marks it again.
            if (_dirty.TryRemove(number, out _) && _segments.TryGetValue(number, out var file))
                file.Sync();
        }
    }

    /// <summary>Gives back the segments that lie wholly below <paramref name="address"/>.</summary>
    public void DeleteBelow(long address)
    {
        lock (_growth)
        {
            while (_first < Math.Min(NumberOf(address), _end))
            {
                if (_segments.TryRemove(_first, out var file))
                    file.Dispose();
                _disk.Delete(PathOf(_first));
                // One by one, so that a power cut cannot leave a gap in the row.
                _disk.SyncDirectory(_directory);
                _first++;
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in _segments.Values)
            file.Dispose();
    }

    private static int NumberOf(string directory, string name) => TryParseName(name, out var number)
        ? number
        : throw new StoreException(StoreFault.Damaged, $"'{Path.Combine(directory, name)}' does not belong here; move it away");

    private int NumberOf(long address) => checked((int)(address / SegmentBytes));

    private string PathOf(int number) => Path.Combine(_directory, NameOf(number));

    private void OpenSegment(int number, bool isLast)
    {
        if (number != _end)
            throw new StoreException(StoreFault.Damaged, $"'{PathOf(_end)}' is missing; restore the lane from a snapshot");
        var file = _disk.Open(PathOf(number), DiskOpen.Existing);
        if (file.Length == SegmentBytes)
        {
            _segments[number] = file;
            _end = number + 1;
            if (isLast)
                KeepLength(number);
            return;
        }

        using (file)
        {
            // The last one may be shorter: a power cut fell into the making of it, before a byte of it was used. It is made again when it is needed.
            if (!isLast || file.Length > SegmentBytes)
                throw new StoreException(StoreFault.Damaged, $"'{file.Path}' has {file.Length} bytes; a segment of this store has {SegmentBytes}");
        }
    }

    /// <summary>A segment that was made by a process before this one is as long as it looks, even if that one's sync failed.</summary>
    private void KeepLength(int number)
    {
        var end = ((long)number + 1) * SegmentBytes;
        WriteAgain(end - 1, end);
        Sync();
        _disk.SyncDirectory(_directory);
    }

    private void AddSegment(int number)
    {
        // What a failed try has left looks whole and may not be.
        if (_disk.Exists(PathOf(number)))
            _disk.Delete(PathOf(number));
        var file = _disk.Open(PathOf(number), DiskOpen.New);
        try
        {
            file.Allocate(SegmentBytes);
            file.Sync();
            _disk.SyncDirectory(_directory);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _segments[number] = file;
        Volatile.Write(ref _end, number + 1);
    }
}
