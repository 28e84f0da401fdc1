using System.Buffers.Binary;
using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Records;

/// <summary>Reads what <see cref="BlockFileWriter"/> wrote, block by block. Anything else is refused with the file and the offset.</summary>
internal sealed class BlockFileReader : IDisposable
{
    private readonly IDiskFile _file;
    private byte[] _payload = [];
    private int _length;
    private ulong _number;
    private long _next;

    /// <exception cref="StoreException">Damaged: the file is absent or of another kind.</exception>
    public BlockFileReader(IDisk disk, string path, uint magic)
    {
        try
        {
            _file = disk.Open(path, DiskOpen.Existing);
        }
        catch (FileNotFoundException error)
        {
            throw new StoreException(StoreFault.Damaged, $"'{path}' is missing; it belongs to a checkpoint.", error);
        }

        Span<byte> header = stackalloc byte[BlockFileWriter.FileHeaderBytes];
        var isWhole = _file.Read(0, header) == header.Length;
        if (isWhole && BinaryPrimitives.ReadUInt32LittleEndian(header) == magic
            && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == BlockFileWriter.Format)
        {
            _next = header.Length;
            return;
        }

        var fault = Damaged($"not a file of this kind and format {BlockFileWriter.Format}");
        _file.Dispose();
        throw fault;
    }

    /// <summary>The current block's records. Valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Block => _payload.AsSpan(0, _length);

    /// <summary>Where the current block starts.</summary>
    public long Offset { get; private set; }

    /// <summary>Goes to the next block; false at the end of the file.</summary>
    /// <exception cref="StoreException">Damaged: what stands there is not what was written.</exception>
    public bool MoveNext()
    {
        Offset = _next;
        Span<byte> header = stackalloc byte[BlockFileWriter.BlockHeaderBytes];
        if (_file.Read(Offset, header) < header.Length)
            throw Damaged("the file ends before its last block");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > BlockFileWriter.MaxPayloadBytes)
            throw Damaged($"a block of {length} bytes; the limit is {BlockFileWriter.MaxPayloadBytes}");
        _length = (int)length;
        if (_payload.Length < _length)
            _payload = new byte[_length];
        _next = Offset + header.Length + _length;
        if (_file.Read(Offset + header.Length, _payload.AsSpan(0, _length)) < _length)
            throw Damaged($"the file ends within a block of {length} bytes");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != BlockFileWriter.Checksum(_number++, Block))
            throw Damaged("the block's checksum is wrong");
        if (_length == 0 && _file.Length != _next)
            throw Damaged($"{_file.Length - _next} bytes behind the end");
        return _length > 0;
    }

    /// <summary>The fault to throw when the current block's records make no sense.</summary>
    public StoreException Damaged(string what) =>
        new(StoreFault.Damaged, $"'{_file.Path}' at offset {Offset}: {what}. Restore the lane from a snapshot.");

    public void Dispose() => _file.Dispose();
}
