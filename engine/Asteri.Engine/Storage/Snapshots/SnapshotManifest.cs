using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Asteri.Compute.Memory;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>
/// The file SNAPSHOT: everything that belongs to a snapshot, written last. Little-endian:
/// <code>
///  0  u32  CRC32C of everything behind it
///  4  u32  magic
///  8  u32  format, 1
/// 12  u32  length of the store's manifest, and it
///     u32  number of lanes, each: u32 length of its manifest, and it; u64 end address, u64 last seq, u64 epoch;
///          u32 number of files, each [u16 length][name][u64 bytes][u32 CRC32C]
/// </code>
/// </summary>
internal sealed record SnapshotManifest(StoreManifest Store, IReadOnlyList<SnapshotLane> Lanes)
{
    public const string FileName = "SNAPSHOT";
    public const int MaxBytes = 64 << 20;

    private const uint Magic = 0x50414E53; // SNAP
    private const uint Format = 1;
    private const int CrcBytes = 4;

    /// <summary>Where every lane stands.</summary>
    public CommitToken Token => new(Lanes.ToDictionary(lane => lane.Manifest.Lane, lane => lane.End.LastSeq));

    public byte[] ToBytes()
    {
        var writer = new ByteWriter().U32(0).U32(Magic).U32(Format);
        WriteBlob(writer, Store.ToBytes()).U32((uint)Lanes.Count);
        foreach (var lane in Lanes)
        {
            WriteBlob(writer, lane.Manifest.ToBytes()).U64((ulong)lane.End.Until).U64(lane.End.LastSeq).U64(lane.End.Epoch);
            writer.U32((uint)lane.Files.Count);
            foreach (var file in lane.Files)
                writer.Text(file.Name).U64((ulong)file.Bytes).U32(file.Crc);
        }

        var bytes = writer.Written.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32C.Compute(bytes.AsSpan(CrcBytes)));
        return bytes;
    }

    /// <summary>False, never an exception, for bytes that are no manifest of a snapshot; <paramref name="fault"/> says why.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnapshotManifest? manifest, out string fault)
    {
        manifest = null;
        fault = "the checksum is wrong";
        if (bytes.Length < CrcBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Compute(bytes[CrcBytes..]))
            return false;
        var reader = new ByteReader(bytes[CrcBytes..]);
        fault = "it is no manifest of a snapshot";
        if (reader.U32() != Magic)
            return false;
        var format = reader.U32();
        fault = $"format {format}; this version reads format {Format}";
        if (format != Format || !StoreManifest.TryParse(ReadBlob(ref reader), out var store, out fault))
            return false;
        var count = reader.U32();
        fault = $"{count} lanes; the store has {store.Lanes}";
        if (count != store.Lanes || !TryReadLanes(ref reader, store, out var lanes, ref fault))
            return false;
        fault = "its length is wrong";
        manifest = reader.Failed || reader.Left > 0 ? null : new SnapshotManifest(store, lanes);
        return manifest is not null;
    }

    private static bool TryReadLanes(ref ByteReader reader, StoreManifest store, out List<SnapshotLane> lanes, ref string fault)
    {
        lanes = [];
        for (var number = 0; number < store.Lanes; number++)
        {
            if (!LaneManifest.TryParse(ReadBlob(ref reader), out var manifest, out fault))
                return false;
            fault = $"lane {manifest.Lane} of store {manifest.StoreId} in the place of lane {number}";
            if (manifest.Lane != number || manifest.StoreId != store.StoreId)
                return false;
            var end = new Commit((long)reader.U64(), reader.U64(), reader.U64());
            fault = $"lane {number} ends at {end.Until}, before its checkpoint";
            if (end.Until < manifest.LogCommitted || end.LastSeq < manifest.AppliedSeq)
                return false;
            lanes.Add(new SnapshotLane(manifest, end, ReadFiles(ref reader)));
        }

        return true;
    }

    private static List<FileStamp> ReadFiles(ref ByteReader reader)
    {
        var files = new List<FileStamp>();
        for (var left = reader.U32(); left > 0 && !reader.Failed; left--)
            files.Add(new FileStamp(reader.Text(), (long)reader.U64(), reader.U32()));
        return files;
    }

    private static ByteWriter WriteBlob(ByteWriter writer, byte[] bytes) => writer.U32((uint)bytes.Length).Bytes(bytes);

    private static ReadOnlySpan<byte> ReadBlob(ref ByteReader reader)
    {
        var length = reader.U32();
        return reader.Bytes(length > int.MaxValue ? -1 : (int)length);
    }
}
