using System.Buffers;
using Asteri.Compute.Memory;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// The operations of a batch in one lane, encoded one behind the other in memory from the pool. Filled by one thread, then read only.
/// </summary>
internal sealed class LaneOps(int lane)
{
    private const int FirstBytes = 4096;

    private byte[] _buffer = [];
    private int _length;

    public int Lane { get; } = lane;

    public uint Count { get; private set; }

    /// <summary>The encoded operations (<see cref="LogOps"/>). Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <inheritdoc cref="Bytes"/>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>CRC32C of <see cref="Bytes"/>; set by <see cref="Seal"/>.</summary>
    public uint Crc { get; private set; }

    public void Add(in LogOp op)
    {
        var end = _length + op.ByteSize;
        if (end > _buffer.Length)
            Grow(end);
        op.Write(_buffer.AsSpan(_length));
        _length = end;
        Count++;
    }

    /// <summary>Takes the checksum, on the thread that filled the batch: the log's one writer has enough to do.</summary>
    public void Seal() => Crc = Crc32C.Compute(Bytes);

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, Math.Max(bytes, (int)Math.Min(2L * _buffer.Length, Array.MaxLength))));
        Bytes.CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
