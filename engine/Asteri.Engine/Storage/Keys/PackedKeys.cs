using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Asteri.Engine.Storage.Keys;

/// <summary>
/// Ascending keys of one page in one piece of memory; what all of them start with is kept once. In memory and in the key directory's file alike
/// (there without room, little-endian):
/// <code>
/// 0  u16  number of keys
/// 2  u16  bytes of the common start
/// 4  u16  bytes of all remainders
/// 6  u16  number of ends that there is room for
/// 8  u16  end of each key's remainder, counted from the first remainder
/// .. common start, remainders one behind the other, room
/// </code>
/// Whoever changes one owns its memory alone; readers only see those that nobody changes any more.
/// </summary>
internal readonly struct PackedKeys(byte[] data)
{
    public const int HeaderBytes = 8;

    /// <summary>Remainders beyond this are the reason to divide a page.</summary>
    public const int MaxBytes = 4096;

    /// <summary>So many keys a page takes however long they are: three of the longest still have their ends in 16 bits.</summary>
    private const int MinKeys = 3;

    public static PackedKeys Empty { get; } = new(new byte[HeaderBytes]);

    public byte[] Data => data;

    public int Count => Header[0];

    public int CommonBytes => Header[1];

    public int RemainderBytes => Header[2];

    public int EndCapacity => Header[3];

    public ReadOnlySpan<byte> Common => data.AsSpan(HeaderBytes + (2 * EndCapacity), CommonBytes);

    private Span<ushort> Header => MemoryMarshal.Cast<byte, ushort>(data.AsSpan(0, HeaderBytes));

    private Span<ushort> Ends => MemoryMarshal.Cast<byte, ushort>(data.AsSpan(HeaderBytes, 2 * EndCapacity));

    private int RemaindersAt => HeaderBytes + (2 * EndCapacity) + CommonBytes;

    public ReadOnlySpan<byte> Remainder(int index)
    {
        var ends = Ends;
        var start = index == 0 ? 0 : ends[index - 1];
        return data.AsSpan(RemaindersAt + start, ends[index] - start);
    }

    public int KeyLength(int index) => CommonBytes + Remainder(index).Length;

    public byte[] KeyAt(int index)
    {
        var key = new byte[KeyLength(index)];
        CopyKey(index, key);
        return key;
    }

    public void CopyKey(int index, Span<byte> destination)
    {
        Common.CopyTo(destination);
        Remainder(index).CopyTo(destination[CommonBytes..]);
    }

    /// <summary>The index of <paramref name="key"/>, or the complement of the index where it belongs.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var header = Header;
        int count = header[0], common = header[1], capacity = header[3];
        var start = data.AsSpan(HeaderBytes + (2 * capacity));
        var order = key.Length < common ? key.SequenceCompareTo(start[..common]) : key[..common].SequenceCompareTo(start[..common]);
        if (order != 0)
            return order < 0 ? ~0 : ~count;
        var rest = key[common..];
        var remainders = start[common..];
        var ends = MemoryMarshal.Cast<byte, ushort>(data.AsSpan(HeaderBytes, 2 * count));
        int low = 0, high = count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var from = middle == 0 ? 0 : ends[middle - 1];
            order = remainders[from..ends[middle]].SequenceCompareTo(rest);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>Whether the page stays small enough with <paramref name="key"/>.</summary>
    public bool Fits(ReadOnlySpan<byte> key, int maxKeys)
    {
        var shared = key.CommonPrefixLength(Common);
        var bytes = RemainderBytes + (Count * (CommonBytes - shared)) + key.Length - shared;
        return Count < MinKeys || (Count < maxKeys && bytes <= MaxBytes);
    }

    /// <summary>
    /// These keys with <paramref name="key"/> at <paramref name="index"/>: in the same memory where there is room, in new memory otherwise.
    /// </summary>
    public PackedKeys Insert(int index, ReadOnlySpan<byte> key)
    {
        var shared = key.CommonPrefixLength(Common);
        if (shared < CommonBytes || !HasRoom(key.Length - shared))
            return new PackedKeysBuilder(shared, Count + 1, RemainderBytes + (Count * (CommonBytes - shared)) + key.Length - shared)
                .Add(this, 0, index).Add(key).Add(this, index, Count).WithRoom();
        var remainder = key[shared..];
        var ends = Ends;
        var at = index == 0 ? 0 : ends[index - 1];
        var tail = data.AsSpan(RemaindersAt + at, RemainderBytes - at);
        tail.CopyTo(data.AsSpan(RemaindersAt + at + remainder.Length));
        remainder.CopyTo(data.AsSpan(RemaindersAt + at));
        for (var i = Count; i > index; i--)
            ends[i] = (ushort)(ends[i - 1] + remainder.Length);
        ends[index] = (ushort)(at + remainder.Length);
        SetCounts(Count + 1, RemainderBytes + remainder.Length);
        return this;
    }

    /// <summary>Takes a key out, in place.</summary>
    public void RemoveAt(int index)
    {
        var ends = Ends;
        var at = index == 0 ? 0 : ends[index - 1];
        var length = ends[index] - at;
        data.AsSpan(RemaindersAt + ends[index], RemainderBytes - ends[index]).CopyTo(data.AsSpan(RemaindersAt + at));
        for (var i = index + 1; i < Count; i++)
            ends[i - 1] = (ushort)(ends[i] - length);
        SetCounts(Count - 1, RemainderBytes - length);
    }

    public PackedKeys Clone() => new((byte[])data.Clone());

    /// <summary>The keys from <paramref name="from"/> up to, without, <paramref name="to"/>.</summary>
    public PackedKeys Slice(int from, int to)
    {
        if (from == to)
            return new PackedKeys(new byte[HeaderBytes]);
        var common = KeyAt(from).AsSpan().CommonPrefixLength(KeyAt(to - 1));
        return new PackedKeysBuilder(common, to - from, RemainderBytes + ((to - from) * CommonBytes)).Add(this, from, to).WithRoom();
    }

    /// <summary>
    /// The keys of both, and <paramref name="between"/> between them unless it is empty. All of <paramref name="right"/> lie behind all of
    /// these.
    /// </summary>
    public PackedKeys Join(ReadOnlySpan<byte> between, PackedKeys right)
    {
        var first = Count > 0 ? KeyAt(0) : between.Length > 0 ? between : right.KeyAt(0);
        var last = right.Count > 0 ? right.KeyAt(right.Count - 1) : between.Length > 0 ? between : KeyAt(Count - 1);
        var bytes = JoinedBytes(right) + between.Length;
        var builder = new PackedKeysBuilder(first.CommonPrefixLength(last), Count + right.Count + 1, bytes).Add(this, 0, Count);
        return (between.Length > 0 ? builder.Add(between) : builder).Add(right, 0, right.Count).WithRoom();
    }

    /// <summary>At most so many bytes would the remainders of both take.</summary>
    public int JoinedBytes(PackedKeys right) => RemainderBytes + (Count * CommonBytes) + right.RemainderBytes + (right.Count * right.CommonBytes);

    /// <summary>Bytes of the form without room.</summary>
    public int CompactBytes => HeaderBytes + (2 * Count) + CommonBytes + RemainderBytes;

    /// <summary>Writes the form without room.</summary>
    public void WriteCompact(Span<byte> destination)
    {
        data.AsSpan(0, HeaderBytes + (2 * Count)).CopyTo(destination);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Count);
        data.AsSpan(HeaderBytes + (2 * EndCapacity), CommonBytes + RemainderBytes).CopyTo(destination[(HeaderBytes + (2 * Count))..]);
    }

    /// <summary>
    /// Reads the form without room. False, never an exception, for bytes that are not exactly that; the order of the keys is not looked at.
    /// </summary>
    public static bool TryReadCompact(ReadOnlySpan<byte> bytes, out PackedKeys keys)
    {
        keys = new PackedKeys(bytes.ToArray());
        if (bytes.Length < HeaderBytes || keys.EndCapacity != keys.Count || bytes.Length < HeaderBytes + (2 * keys.Count)
            || keys.CompactBytes != bytes.Length)
        {
            return false;
        }

        var previous = 0;
        foreach (var end in keys.Ends)
        {
            if (end < previous)
                return false;
            previous = end;
        }

        return previous == keys.RemainderBytes;
    }

    public bool AreAscending()
    {
        for (var i = 1; i < Count; i++)
        {
            if (Remainder(i - 1).SequenceCompareTo(Remainder(i)) >= 0)
                return false;
        }

        return true;
    }

    private bool HasRoom(int remainder) => Count < EndCapacity && RemaindersAt + RemainderBytes + remainder <= data.Length;

    private void SetCounts(int count, int remainderBytes)
    {
        var header = Header;
        header[0] = (ushort)count;
        header[2] = (ushort)remainderBytes;
    }
}
