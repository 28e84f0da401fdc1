namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// How FasterLog lays out its entries with checksums: <c>[u64 XOR][i32 length][entry][pad to 4]</c>; no entry crosses a page; address 64 is the
/// first.
/// </summary>
internal static class LogFormat
{
    public const long FirstAddress = 64;
    public const int HeaderBytes = 12;

    /// <summary>Bytes of the log that an entry takes.</summary>
    public static int Allocated(int entryBytes) => HeaderBytes + ((entryBytes + 3) & ~3);
}
