using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Keys;

/// <summary>
/// The key directory's file: a block file whose first record is <c>[u64 seq up to which the directory was applied][u64 number of keys]</c> and
/// whose others are the tree's leaves in order, each <c>[u32 bytes of the keys][keys as <see cref="PackedKeys"/> without room][u64 seq of
/// each]</c>, little-endian.
/// </summary>
internal static class KeyDirectoryFile
{
    public const uint Magic = 0x5359454B; // KEYS

    private const int HeadBytes = 16;

    /// <summary>Writes a view into a new file, durable on return; the caller syncs the directory.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The new file.</param>
    /// <param name="name">The file's name in the stamp.</param>
    /// <param name="view">The keys as they were when <paramref name="seq"/> was applied.</param>
    /// <param name="seq">Comes back from <see cref="Load"/>.</param>
    public static FileStamp Dump(IDisk disk, string path, string name, KeyView view, ulong seq)
    {
        using var writer = new BlockFileWriter(disk, path, Magic);
        var head = writer.Take(HeadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(head, seq);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], (ulong)view.Count);
        DumpPage(writer, view.Root);
        return writer.Finish(name);
    }

    /// <summary>Reads a whole file back, and checks every byte and the order of the keys.</summary>
    /// <exception cref="StoreException">Damaged: with file and offset.</exception>
    public static KeyDirectory Load(IDisk disk, string path, out ulong seq)
    {
        using var reader = new BlockFileReader(disk, path, Magic);
        if (!reader.MoveNext() || reader.Block.Length < HeadBytes)
            throw reader.Damaged("the first record is missing");
        seq = BinaryPrimitives.ReadUInt64LittleEndian(reader.Block);
        var count = BinaryPrimitives.ReadUInt64LittleEndian(reader.Block[8..]);
        var tree = new TreeLoader();
        for (var skip = HeadBytes; skip == HeadBytes || reader.MoveNext(); skip = 0)
        {
            for (var block = reader.Block[skip..]; !block.IsEmpty;)
            {
                if (!TryTakeLeaf(ref block, out var leaf) || !tree.TryAdd(leaf))
                    throw reader.Damaged("keys that are not in order or not within their page");
            }
        }

        if ((ulong)tree.Count != count)
            throw reader.Damaged($"{tree.Count} keys instead of {count}");
        return tree.ToDirectory();
    }

    private static void DumpPage(BlockFileWriter writer, Page page)
    {
        if (page is Branch branch)
        {
            foreach (var child in branch.Children)
                DumpPage(writer, child);
            return;
        }

        var leaf = (Leaf)page;
        if (leaf.Keys.Count == 0)
            return;
        var keyBytes = leaf.Keys.CompactBytes;
        var record = writer.Take(sizeof(uint) + keyBytes + (leaf.Keys.Count * sizeof(ulong)));
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)keyBytes);
        leaf.Keys.WriteCompact(record[sizeof(uint)..]);
        MemoryMarshal.AsBytes(leaf.Seqs.AsSpan(0, leaf.Keys.Count)).CopyTo(record[(sizeof(uint) + keyBytes)..]);
    }

    private static bool TryTakeLeaf(ref ReadOnlySpan<byte> block, out Leaf leaf)
    {
        leaf = null!;
        if (block.Length < sizeof(uint))
            return false;
        var keyBytes = BinaryPrimitives.ReadUInt32LittleEndian(block);
        if (keyBytes > block.Length - sizeof(uint))
            return false;
        if (!PackedKeys.TryReadCompact(block.Slice(sizeof(uint), (int)keyBytes), out var keys))
            return false;
        var rest = block[(sizeof(uint) + (int)keyBytes)..];
        if (rest.Length < keys.Count * sizeof(ulong))
            return false;
        leaf = new Leaf(edit: 0, keys, MemoryMarshal.Cast<byte, ulong>(rest[..(keys.Count * sizeof(ulong))]).ToArray());
        block = rest[(keys.Count * sizeof(ulong))..];
        return true;
    }
}
