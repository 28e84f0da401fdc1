namespace Asteri.Engine.Storage.Disk;

/// <summary>An open file. Reads and writes at different offsets may run side by side.</summary>
internal interface IDiskFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes. Not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes all earlier writes durable (fdatasync). After a failure nothing may be assumed of them: it is never tried again.</summary>
    void Sync();

    /// <summary>
    /// Reserves space up to <paramref name="length"/>, so that writes below it cannot meet a full disk. The new bytes read as zero.
    /// </summary>
    void Allocate(long length);
}
