using System.Buffers.Binary;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Manifest;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// The file COMMIT: up to where the log is acknowledged. Each commit goes to the older of two slots, so a torn write leaves the one before. Content,
/// little-endian:
/// <code>
///  0  u64  address behind the last committed record
///  8  u64  seq of its last operation
/// 16  u64  epoch in which it was written
/// </code>
/// </summary>
internal sealed class CommitSlots : IDisposable
{
    public const string FileName = "COMMIT";

    private const uint Magic = 0x54_4D_43_41; // "ACMT"
    private const int SlotBytes = 4096;
    private const int ContentBytes = 24;

    private readonly TwoSlotFile _file;

    private CommitSlots(TwoSlotFile file, Commit newest) => (_file, Newest) = (file, newest);

    /// <summary>The newest commit that is whole.</summary>
    public Commit Newest { get; private set; }

    public static CommitSlots Create(IDisk disk, string directory, Commit first)
    {
        var slots = new CommitSlots(TwoSlotFile.Create(disk, Path.Combine(directory, FileName), Magic, SlotBytes), first);
        slots.Write(first);
        return slots;
    }

    /// <exception cref="StoreException">Damaged: no slot is whole.</exception>
    public static CommitSlots Open(IDisk disk, string directory)
    {
        var file = TwoSlotFile.Open(disk, Path.Combine(directory, FileName), Magic, SlotBytes);
        if (file.Content is { Length: ContentBytes } content)
        {
            var newest = new Commit(
                BinaryPrimitives.ReadInt64LittleEndian(content),
                BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(8)),
                BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(16)));
            return new CommitSlots(file, newest);
        }

        file.Dispose();
        throw new StoreException(StoreFault.Damaged, $"'{file.Path}' holds no whole commit ({file.Damage}); restore the lane from a snapshot");
    }

    /// <summary>True unless the file says for certain that nothing was ever committed.</summary>
    public static bool IsUsed(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, FileName);
        using (var raw = disk.Open(path, DiskOpen.Existing))
        {
            // Shorter than it is made: its making was cut short.
            if (raw.Length < 2 * SlotBytes)
                return false;
        }

        using var file = TwoSlotFile.Open(disk, path, Magic, SlotBytes);
        if (file.Content is not { Length: ContentBytes } content)
            return file.IsDamaged;
        return file.IsDamaged || BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(8)) > 0;
    }

    /// <summary>Writes a commit; durable on return.</summary>
    public void Write(Commit commit)
    {
        Span<byte> content = stackalloc byte[ContentBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, commit.Until);
        BinaryPrimitives.WriteUInt64LittleEndian(content[8..], commit.LastSeq);
        BinaryPrimitives.WriteUInt64LittleEndian(content[16..], commit.Epoch);
        _file.Write(content);
        Newest = commit;
    }

    public void Dispose() => _file.Dispose();
}
