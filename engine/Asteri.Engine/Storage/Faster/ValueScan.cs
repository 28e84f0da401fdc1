using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Asteri.Engine.Storage.Records;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Reads records of the value log straight from its segments and checks every one: lengths, the chain's direction, the value's checksum. FASTER
/// trusts these bytes, and a flipped length would take it anywhere in memory; so whatever it is going to walk over (recovery) or whatever is going to
/// be moved (compaction) is read by this first. A record is <c>[u64 header][i32 key length][key][pad to 8][i32 value length][value][pad to 8]</c>;
/// none crosses a page. One thread at a time.
/// </summary>
internal sealed class ValueScan(SegmentFiles files, int pageBytes, long from, long until)
{
    public const long FirstAddress = 64;

    private const int HeaderBytes = 8;
    private const int LengthBytes = 4;

    private readonly byte[] _page = new byte[pageBytes];
    private long _pageStart = -1;
    private int _pageLength;

    /// <summary>The address of what is read next.</summary>
    public long Address { get; private set; } = from;

    /// <summary>Reads the next record; false at the end.</summary>
    /// <exception cref="StoreException">Damaged: the record at <see cref="Address"/>.</exception>
    public bool TryNext(out ValueRecord record)
    {
        record = default;
        while (Address < until)
        {
            var rest = PageFrom(Address);
            if (rest.Length < HeaderBytes || BinaryPrimitives.ReadInt64LittleEndian(rest) == 0)
            {
                // Nothing here: FASTER leaves the end of a page zero, and steps over a zero header by its size.
                Address += HeaderBytes;
                continue;
            }

            record = Parse(rest, out var size);
            Address += size;
            return true;
        }

        return false;
    }

    private ReadOnlySpan<byte> PageFrom(long address)
    {
        var start = address / pageBytes * pageBytes;
        if (start != _pageStart)
        {
            _pageStart = start;
            _pageLength = (int)Math.Min(pageBytes, until - start);
            if (files.Read(start, _page.AsSpan(0, _pageLength)) < _pageLength)
                throw Damaged("the file ends");
        }

        return _page.AsSpan(0, _pageLength)[(int)(address - start)..];
    }

    private ValueRecord Parse(ReadOnlySpan<byte> bytes, out int size)
    {
        var header = MemoryMarshal.Read<RecordInfo>(bytes);
        if (header.PreviousAddress >= Address)
            throw Damaged("a record's chain leads forward");
        var key = Field(bytes, HeaderBytes, out var valueStart);
        var envelope = Field(bytes, valueStart, out size);
        var isValue = header.Valid && !header.Tombstone;
        if (isValue && !ValueEnvelope.TryOpen(envelope, key, out _, out _))
            throw Damaged("a value's checksum is wrong");
        return new ValueRecord(Address, isValue, key, envelope);
    }

    private ReadOnlySpan<byte> Field(ReadOnlySpan<byte> bytes, int at, out int next)
    {
        var length = at + LengthBytes <= bytes.Length ? BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]) : -1;
        if (length < 0 || length > bytes.Length - at - LengthBytes)
            throw Damaged($"a length of {length} does not fit");
        next = (at + LengthBytes + length + 7) & ~7;
        return bytes.Slice(at + LengthBytes, length);
    }

    private StoreException Damaged(string what) => new(StoreFault.Damaged, $"{files.Locate(Address)}: {what}; restore the lane from a snapshot");
}
