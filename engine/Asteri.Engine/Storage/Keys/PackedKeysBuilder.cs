using System.Runtime.InteropServices;

namespace Asteri.Engine.Storage.Keys;

/// <summary>Packs ascending keys that all start with the same bytes. Used once.</summary>
/// <param name="common">How many bytes they all start with.</param>
/// <param name="maxKeys">At most so many keys come.</param>
/// <param name="maxBytes">At most so many bytes remain of them behind the common start.</param>
internal sealed class PackedKeysBuilder(int common, int maxKeys, int maxBytes)
{
    private readonly ushort[] _ends = new ushort[maxKeys];
    private readonly byte[] _remainders = new byte[maxBytes];
    private byte[] _common = [];
    private int _count;
    private int _bytes;

    public PackedKeysBuilder Add(ReadOnlySpan<byte> key) => Add(key, default);

    public PackedKeysBuilder Add(PackedKeys source, int from, int to)
    {
        for (var i = from; i < to; i++)
            Add(source.Common, source.Remainder(i));
        return this;
    }

    /// <summary>The keys, with room for a few more.</summary>
    public PackedKeys WithRoom() => Pack(_count + (_count / 8) + 2, _bytes + (_bytes / 8) + 32);

    private PackedKeysBuilder Add(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        if (_count == 0)
            _common = [.. start[..Math.Min(common, start.Length)], .. end[..Math.Max(0, common - start.Length)]];
        Append(start[Math.Min(common, start.Length)..]);
        Append(end[Math.Max(0, common - start.Length)..]);
        _ends[_count++] = (ushort)_bytes;
        return this;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_remainders.AsSpan(_bytes));
        _bytes += bytes.Length;
    }

    private PackedKeys Pack(int endCapacity, int byteCapacity)
    {
        var data = new byte[PackedKeys.HeaderBytes + (2 * endCapacity) + common + byteCapacity];
        var numbers = MemoryMarshal.Cast<byte, ushort>(data.AsSpan(0, PackedKeys.HeaderBytes + (2 * endCapacity)));
        numbers[0] = (ushort)_count;
        numbers[1] = (ushort)_common.Length;
        numbers[2] = (ushort)_bytes;
        numbers[3] = (ushort)endCapacity;
        _ends.AsSpan(0, _count).CopyTo(numbers[4..]);
        _common.CopyTo(data, PackedKeys.HeaderBytes + (2 * endCapacity));
        _remainders.AsSpan(0, _bytes).CopyTo(data.AsSpan(PackedKeys.HeaderBytes + (2 * endCapacity) + _common.Length));
        return new PackedKeys(data);
    }
}
