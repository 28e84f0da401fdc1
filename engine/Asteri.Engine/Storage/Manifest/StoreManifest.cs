using System.Diagnostics.CodeAnalysis;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Manifest;

/// <summary>
/// What a store is: the content of the two-slot file STORE. Little-endian:
/// <c>[u32 format, 1][16 bytes store id][u32 lanes][u16 lane of each of the 4,096 slots]</c>.
/// </summary>
internal sealed class StoreManifest(Guid storeId, int lanes, SlotMap slots)
{
    public const uint Magic = 0x524F5453; // STOR
    public const int SlotBytes = 12_288;

    private const uint Format = 1;

    public Guid StoreId { get; } = storeId;

    public int Lanes { get; } = lanes;

    public SlotMap Slots { get; } = slots;

    public byte[] ToBytes()
    {
        var writer = new ByteWriter().U32(Format).Id(StoreId).U32((uint)Lanes);
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
        var slots = new ushort[Records.Slots.Count];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = reader.U16();
        fault = format != Format ? $"format {format}; this version reads format {Format}"
            : reader.Failed || reader.Left > 0 ? $"{bytes.Length} bytes are no store manifest"
            : lanes is 0 or > Records.Slots.Count || slots.Any(lane => lane >= lanes) ? $"a slot map that does not fit {lanes} lanes"
            : "";
        if (fault.Length > 0)
            return false;
        manifest = new StoreManifest(storeId, (int)lanes, new SlotMap(slots));
        return true;
    }
}
