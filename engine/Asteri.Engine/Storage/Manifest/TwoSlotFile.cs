using System.Buffers.Binary;
using Asteri.Compute.Memory;
using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Manifest;

/// <summary>
/// A small content that is replaced whole, kept in a file of two slots. A write goes to the slot with the older content and is synced, so a power cut
/// leaves the newer or the older one. A slot is as large as the file was made with (a multiple of 4 KiB); generation g lies in slot g mod 2.
/// Little-endian:
/// <code>
///  0  u32  CRC32C of everything behind it, up to the end of the content
///  4  u32  magic: what the content is
///  8  u64  generation, from 1
/// 16  u32  length of the content
/// 20  u32  format of the slot, 1
/// 24  ...  content, then zeros
/// </code>
/// One owner at a time.
/// </summary>
internal sealed class TwoSlotFile : IDisposable
{
    public const int HeaderBytes = 24;

    private const uint Format = 1;

    private readonly IDiskFile _file;
    private readonly uint _magic;
    private readonly byte[] _slot;

    private TwoSlotFile(IDiskFile file, uint magic, int slotBytes)
    {
        _file = file;
        _magic = magic;
        _slot = new byte[slotBytes];
    }

    public string Path => _file.Path;

    /// <summary>The newest valid content; null when no slot is valid.</summary>
    public byte[]? Content { get; private set; }

    /// <summary>The generation of <see cref="Content"/>; 0 when there is none.</summary>
    public ulong Generation { get; private set; }

    /// <summary>What is wrong with the slots that hold neither a valid content nor nothing at all; empty when nothing is.</summary>
    public string Damage { get; private set; } = "";

    /// <summary>
    /// True when a slot holds something that is no valid content: a write that a power cut tore, or damage to the newer or older content.
    /// </summary>
    public bool IsDamaged => Damage.Length > 0;

    /// <summary>Makes the file, both slots empty. The caller syncs the directory.</summary>
    public static TwoSlotFile Create(IDisk disk, string path, uint magic, int slotBytes)
    {
        var file = disk.Open(path, DiskOpen.New);
        try
        {
            file.Allocate(2L * slotBytes);
            file.Sync();
            return new TwoSlotFile(file, magic, slotBytes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file and reads both slots; says in <see cref="Damage"/> what it could not read.</summary>
    public static TwoSlotFile Open(IDisk disk, string path, uint magic, int slotBytes)
    {
        var opened = new TwoSlotFile(disk.Open(path, DiskOpen.Existing), magic, slotBytes);
        try
        {
            opened.ReadSlot(0);
            opened.ReadSlot(1);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the content; durable on return. After an exception neither may be assumed, and the file must be opened anew.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        if (content.Length > _slot.Length - HeaderBytes)
            throw new ArgumentException($"{content.Length} bytes for '{Path}'; a slot holds {_slot.Length - HeaderBytes}", nameof(content));
        var generation = Generation + 1;
        _slot.AsSpan().Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(_slot.AsSpan(4), _magic);
        BinaryPrimitives.WriteUInt64LittleEndian(_slot.AsSpan(8), generation);
        BinaryPrimitives.WriteUInt32LittleEndian(_slot.AsSpan(16), (uint)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_slot.AsSpan(20), Format);
        content.CopyTo(_slot.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(_slot, Crc32C.Compute(_slot.AsSpan(4, HeaderBytes - 4 + content.Length)));
        _file.Write((long)(generation & 1) * _slot.Length, _slot);
        _file.Sync();
        Generation = generation;
        Content = content.ToArray();
    }

    public void Dispose() => _file.Dispose();

    private void ReadSlot(int slot)
    {
        var read = _file.Read((long)slot * _slot.Length, _slot);
        if (read == _slot.Length && _slot.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return;
        var fault = read < _slot.Length ? $"the file ends after {read} of {_slot.Length} bytes" : FaultOf(slot, _slot);
        if (fault.Length > 0)
        {
            Damage += $"{(IsDamaged ? "; " : "")}'{Path}' slot {slot} at offset {(long)slot * _slot.Length}: {fault}";
            return;
        }

        var generation = BinaryPrimitives.ReadUInt64LittleEndian(_slot.AsSpan(8));
        if (generation <= Generation)
            return;
        Generation = generation;
        Content = _slot.AsSpan(HeaderBytes, (int)BinaryPrimitives.ReadUInt32LittleEndian(_slot.AsSpan(16))).ToArray();
    }

    private string FaultOf(int slot, ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != _magic)
            return "not this kind of content";
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        if (length > bytes.Length - HeaderBytes)
            return $"a content of {length} bytes does not fit";
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Compute(bytes[4..(HeaderBytes + (int)length)]))
            return "the checksum is wrong";
        var format = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
        if (format != Format)
            return $"format {format}; this version reads format {Format}";
        var generation = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        return generation == 0 || (int)(generation & 1) != slot ? $"generation {generation} does not belong here" : "";
    }
}
