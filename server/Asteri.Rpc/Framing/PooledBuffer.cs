using System.Buffers;

namespace Asteri.Rpc.Framing;

/// <summary>
/// Bytes in rented blocks that grow with what is written: a sink for serialisers (<see cref="IBufferWriter{T}"/>) and compressors
/// (<see cref="Stream"/>).
/// What <see cref="Sequence"/> shows is gone once this is disposed.
/// </summary>
internal sealed class PooledBuffer : Stream, IBufferWriter<byte>
{
    private const int FirstBlockBytes = 1024;
    private const int LargestBlockBytes = 64 * 1024;

    private Block? _first;
    private Block? _last;
    private long _length;

    public override long Length => _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>All bytes that were written.</summary>
    public ReadOnlySequence<byte> Sequence => _first is null ? ReadOnlySequence<byte>.Empty : Link();

    public void Advance(int count)
    {
        if (count == 0) { return; } // Protobuf advances by nothing before it asks for the first span.
        _last!.Used += count;
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last is null || _last.Free < Math.Max(1, sizeHint)) { Grow(sizeHint); }
        return _last!.Bytes.AsMemory(_last.Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => BuffersExtensions.Write(this, buffer);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        for (var block = _first; block is not null; block = block.Following) { ArrayPool<byte>.Shared.Return(block.Bytes); }
        _first = _last = null;
        base.Dispose(disposing);
    }

    private void Grow(int sizeHint)
    {
        int size = _last is null ? FirstBlockBytes : Math.Min(_last.Bytes.Length * 2, LargestBlockBytes);
        var block = new Block(ArrayPool<byte>.Shared.Rent(Math.Max(size, sizeHint)));
        if (_last is null) { _first = block; }
        else { _last.Following = block; }
        _last = block;
    }

    private ReadOnlySequence<byte> Link()
    {
        long start = 0;
        for (var block = _first; block is not null; block = block.Following)
        {
            block.Show(start);
            start += block.Used;
        }

        return new(_first!, 0, _last!, _last!.Used);
    }

    private sealed class Block(byte[] bytes) : ReadOnlySequenceSegment<byte>
    {
        public byte[] Bytes { get; } = bytes;

        public int Used { get; set; }

        public int Free => Bytes.Length - Used;

        public Block? Following { get; set; }

        public void Show(long start)
        {
            Memory = Bytes.AsMemory(0, Used);
            RunningIndex = start;
            Next = Following;
        }
    }
}
