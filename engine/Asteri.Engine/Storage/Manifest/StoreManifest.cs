using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Manifest;

/// <summary>
/// What a store is: the content of the two-slot file STORE. Little-endian:
/// <c>[u32 format, 1][16 bytes store id][u32 lanes][u32 bytes of a page][u32 bytes of a segment][u16 lane of each of the 4,096 slots]</c>.
/// Page and segment are part of how the log and the values lie on disk: a store keeps those that it was made with.
/// </summary>
internal sealed class StoreManifest(Guid storeId, int lanes, int pageBytes, int segmentBytes, SlotMap slots)
{
    public const uint Magic = 0x524F5453; // STOR
    public const int SlotBytes = 12_288;

    private const uint Format = 1;

    public Guid StoreId { get; } = storeId;

    public int Lanes { get; } = lanes;

    public int PageBytes { get; } = pageBytes;

    public int SegmentBytes { get; } = segmentBytes;

    public SlotMap Slots { get; } = slots;

    public byte[] ToBytes()
    {
        var writer = new ByteWriter().U32(Format).Id(StoreId).U32((uint)Lanes).U32((uint)PageBytes).U32((uint)SegmentBytes);
        foreach (var lane in Slots.Lanes)
            writer.U16(lane);
        return writer.Written.ToArray();
    }

    /// <summary>False, never an exception, for bytes that are no manifest of this format; <paramref name="fault"/> says why.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StoreManifest? manifest, out string fault)
    {
        manifest = null;
        var reader = new ByteReader(bytes);
        var format = reader.U32();
        var storeId = reader.Id();
        var lanes = reader.U32();
        var (pageBytes, segmentBytes) = (reader.U32(), reader.U32());
        var slots = new ushort[Records.Slots.Count];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = reader.U16();
        fault = format != Format ? $"format {format}; this version reads format {Format}"
            : reader.Failed || reader.Left > 0 ? $"{bytes.Length} bytes are no store manifest"
            : lanes is 0 or > Records.Slots.Count || slots.Any(lane => lane >= lanes) ? $"a slot map that does not fit {lanes} lanes"
            : !BitOperations.IsPow2(pageBytes) || !BitOperations.IsPow2(segmentBytes) || segmentBytes < pageBytes || segmentBytes > int.MaxValue
                ? $"pages of {pageBytes} bytes in segments of {segmentBytes}"
            : "";
        if (fault.Length > 0)
            return false;
        manifest = new StoreManifest(storeId, (int)lanes, (int)pageBytes, (int)segmentBytes, new SlotMap(slots));
        return true;
    }
}
