using Asteri.Compute.Os;
using Microsoft.Win32.SafeHandles;

namespace Asteri.Engine.Storage.Disk;

/// <summary>A file of <see cref="LinuxDisk"/>: positional reads and writes through the page cache, durable by fdatasync.</summary>
internal sealed class LinuxDiskFile(string path, SafeFileHandle handle) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => PosixFile.Length(handle, Path);

    public int Read(long offset, Span<byte> buffer) => PosixFile.Read(handle, Path, offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            PosixFile.Write(handle, Path, offset, bytes);
        }
        catch (IOException error) when (PosixError.IsDiskFull(error))
        {
            throw new DiskFullException(error.Message, error);
        }
    }

    public void Sync()
    {
        try
        {
            PosixFile.Sync(handle, Path);
        }
        catch (IOException error) when (PosixError.IsDiskFull(error))
        {
            throw new DiskFullException(error.Message, error);
        }
    }

    public void Allocate(long length)
    {
        try
        {
            PosixFile.Allocate(handle, Path, length);
        }
        catch (IOException error) when (PosixError.IsDiskFull(error))
        {
            throw new DiskFullException(error.Message, error);
        }
    }

    public void Dispose() => handle.Dispose();
}
