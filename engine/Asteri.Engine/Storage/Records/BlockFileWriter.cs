using System.Buffers.Binary;
using Asteri.Compute.Memory;
using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Records;

/// <summary>
/// Writes a checkpoint's file once, from front to end, in checksummed blocks. Little-endian:
/// <code>
/// 0  u32  magic: what the file holds
/// 4  u32  format, 1
/// 8  ...  blocks: [u32 length][u32 CRC32C over block number (u64), length (u32) and payload][payload]
///    ...  a last block of length 0
/// </code>
/// The number of the block in its checksum makes a block in a wrong place as wrong as one with a flipped bit.
/// </summary>
internal sealed class BlockFileWriter : IDisposable
{
    internal const uint Format = 1;
    internal const int FileHeaderBytes = 8;
    internal const int BlockHeaderBytes = 8;
    internal const int MaxPayloadBytes = 4 << 20;

    private const int TargetBytes = 256 << 10;

    private readonly IDiskFile _file;
    private byte[] _block = new byte[TargetBytes + (64 << 10)];
    private int _length = BlockHeaderBytes;
    private ulong _number;
    private long _offset;
    private uint _crc;

    public BlockFileWriter(IDisk disk, string path, uint magic)
    {
        _file = disk.Open(path, DiskOpen.New);
        Span<byte> header = stackalloc byte[FileHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Format);
        Write(header);
    }

    /// <summary>Room for a record of exactly <paramref name="bytes"/>; a record never lies in two blocks.</summary>
    public Span<byte> Take(int bytes)
    {
        if (_length > BlockHeaderBytes && _length + bytes > TargetBytes)
            WriteBlock();
        if (_length + bytes > _block.Length)
            Array.Resize(ref _block, _length + bytes);
        _length += bytes;
        return _block.AsSpan(_length - bytes, bytes);
    }

    /// <summary>Writes the end and makes the file durable; the caller syncs the directory.</summary>
    /// <param name="name">The file's name in the stamp.</param>
    public FileStamp Finish(string name)
    {
        if (_length > BlockHeaderBytes)
            WriteBlock();
        WriteBlock();
        _file.Sync();
        return new FileStamp(name, _offset, _crc);
    }

    public void Dispose() => _file.Dispose();

    internal static uint Checksum(ulong number, ReadOnlySpan<byte> payload)
    {
        Span<byte> start = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(start, number);
        BinaryPrimitives.WriteUInt32LittleEndian(start[8..], (uint)payload.Length);
        return Crc32C.Append(Crc32C.Compute(start), payload);
    }

    private void WriteBlock()
    {
        var payload = _block.AsSpan(BlockHeaderBytes, _length - BlockHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(_block, (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), Checksum(_number++, payload));
        Write(_block.AsSpan(0, _length));
        _length = BlockHeaderBytes;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(_offset, bytes);
        _offset += bytes.Length;
        _crc = Crc32C.Append(_crc, bytes);
    }
}
