using Asteri.Engine.Storage;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Server.Features.Entries;

/// <summary>The entries behind a key, as they travel; without their values where only keys were asked for.</summary>
internal static class EntryScan
{
    public static IEnumerable<Entry> Read(Store store, Space space, (ByteString Prefix, ReadOnlyMemory<byte> After) range, bool keysOnly) => keysOnly
        ? store.ScanKeys(space, range.Prefix.Memory, range.After).Select(k => new Entry
        {
            Key = UnsafeByteOperations.UnsafeWrap(k.Key),
            Version = k.Seq,
        })
        : store.Scan(space, range.Prefix.Memory, range.After).Select(e => new Entry
        {
            Key = UnsafeByteOperations.UnsafeWrap(e.Key),
            Value = UnsafeByteOperations.UnsafeWrap(e.Value.Bytes),
            Version = e.Value.Seq,
        });

    /// <summary>About what an entry takes in a message.</summary>
    public static int SizeOf(Entry entry) => entry.Key.Length + entry.Value.Length + 20;
}
