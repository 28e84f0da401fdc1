using System.Diagnostics.CodeAnalysis;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Manifest;

/// <summary>
/// What of a lane must exist: the content of the two-slot file MANIFEST. Little-endian:
/// <code>
///  0  u32  format, 1
///  4  16 B store id
/// 20  u32  lane
/// 24  u64  epoch
/// 32  u64  checkpoint number, 0 when there is none
/// 40  u64  applied seq: the checkpoint holds every operation up to it
/// 48  u64  log address where reading starts
/// 56  u64  log address that was committed, and must still be readable
/// 64  16 B token of the value log's checkpoint
/// 80  16 B token of the hash index's checkpoint
/// 96  u32  number of files, each [u16 length][name relative to the lane's directory, UTF-8][u64 bytes][u32 CRC32C]
/// </code>
/// </summary>
internal sealed record LaneManifest
{
    public const uint Magic = 0x454E414C; // LANE
    public const int SlotBytes = 16_384;

    private const uint Format = 1;

    public required Guid StoreId { get; init; }

    public required int Lane { get; init; }

    /// <summary>How many times the lane was opened for writing.</summary>
    public ulong Epoch { get; init; }

    public ulong Checkpoint { get; init; }

    public ulong AppliedSeq { get; init; }

    public long LogBegin { get; init; }

    public long LogCommitted { get; init; }

    public Guid ValueToken { get; init; }

    public Guid IndexToken { get; init; }

    /// <summary>The checkpoint's files, by their names relative to the lane's directory.</summary>
    public IReadOnlyList<FileStamp> Files { get; init; } = [];

    public byte[] ToBytes()
    {
        var writer = new ByteWriter().U32(Format).Id(StoreId).U32((uint)Lane).U64(Epoch).U64(Checkpoint).U64(AppliedSeq)
            .U64((ulong)LogBegin).U64((ulong)LogCommitted).Id(ValueToken).Id(IndexToken).U32((uint)Files.Count);
        foreach (var file in Files)
            writer.Text(file.Name).U64((ulong)file.Bytes).U32(file.Crc);
        return writer.Written.ToArray();
    }

    /// <summary>False, never an exception, for bytes that are no manifest of this format; <paramref name="fault"/> says why.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LaneManifest? manifest, out string fault)
    {
        manifest = null;
        var reader = new ByteReader(bytes);
        var format = reader.U32();
        fault = format == Format ? "" : $"format {format}; this version reads format {Format}";
        if (fault.Length > 0)
            return false;
        var read = new LaneManifest
        {
            StoreId = reader.Id(),
            Lane = (int)reader.U32(),
            Epoch = reader.U64(),
            Checkpoint = reader.U64(),
            AppliedSeq = reader.U64(),
            LogBegin = (long)reader.U64(),
            LogCommitted = (long)reader.U64(),
            ValueToken = reader.Id(),
            IndexToken = reader.Id(),
            Files = ReadFiles(ref reader),
        };
        fault = reader.Failed || reader.Left > 0 ? $"{bytes.Length} bytes are no lane manifest" : FaultOf(read);
        manifest = fault.Length == 0 ? read : null;
        return manifest is not null;
    }

    private static List<FileStamp> ReadFiles(ref ByteReader reader)
    {
        var files = new List<FileStamp>();
        for (var left = reader.U32(); left > 0 && !reader.Failed; left--)
            files.Add(new FileStamp(reader.Text(), (long)reader.U64(), reader.U32()));
        return files;
    }

    private static string FaultOf(LaneManifest manifest)
    {
        if (manifest.Lane < 0 || manifest.LogBegin < 0 || manifest.LogCommitted < manifest.LogBegin)
            return $"lane {manifest.Lane} with a log from {manifest.LogBegin} to {manifest.LogCommitted}";
        var wrong = manifest.Files.FirstOrDefault(file => !FileStamp.IsName(file.Name) || file.Bytes < 0);
        if (wrong != default)
            return $"a file '{wrong.Name}' of {wrong.Bytes} bytes";
        return manifest.Files.DistinctBy(file => file.Name).Count() < manifest.Files.Count ? "a file that is named twice" : "";
    }
}
