using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Asteri.Compute.Os;

/// <summary>
/// Files with the promises of the operating system made visible: never opened through a symbolic link, made with mode 0600, synced when asked,
/// and every failure an <see cref="IOException"/> that names the path and the errno. Linux.
/// </summary>
public static unsafe class PosixFile
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int SeekEnd = 2;

    /// <summary>Opens a regular file for reading and writing.</summary>
    /// <param name="path">Its last part must not be a symbolic link.</param>
    /// <param name="mode">Open, CreateNew or OpenOrCreate.</param>
    public static SafeFileHandle Open(string path, FileMode mode)
    {
        var create = mode switch
        {
            FileMode.Open => 0,
            FileMode.CreateNew => Libc.Create | Libc.Exclusive,
            FileMode.OpenOrCreate => Libc.Create,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Open, CreateNew or OpenOrCreate"),
        };
        var handle = OpenHandle(path, Libc.ReadWrite | Libc.NoFollow | Libc.CloseOnExec | create);
        if (Libc.Seek(handle, 0, SeekEnd) >= 0)
            return handle;
        handle.Dispose();
        throw new IOException($"open '{path}': not a regular file");
    }

    public static long Length(SafeFileHandle file, string path)
    {
        var length = Libc.Seek(file, 0, SeekEnd);
        return length >= 0 ? length : throw PosixError.Last("length of", path);
    }

    /// <summary>Reads until the buffer is full or the file ends; returns the bytes read.</summary>
    public static int Read(SafeFileHandle file, string path, long offset, Span<byte> buffer)
    {
        var done = 0;
        fixed (byte* start = buffer)
        {
            while (done < buffer.Length)
            {
                var got = Libc.Read(file, start + done, (nuint)(buffer.Length - done), offset + done);
                if (got == 0)
                    break;
                if (got > 0)
                    done += (int)got;
                else if (Marshal.GetLastPInvokeError() != PosixError.Interrupted)
                    throw PosixError.Last($"read at {offset + done} of", path);
            }
        }

        return done;
    }

    /// <summary>Writes all bytes.</summary>
    public static void Write(SafeFileHandle file, string path, long offset, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                var put = Libc.Write(file, start + done, (nuint)(bytes.Length - done), offset + done);
                if (put > 0)
                    done += (int)put;
                else if (put == 0)
                    throw PosixError.Create(PosixError.IoFailure, $"write at {offset + done} of", path);
                else if (Marshal.GetLastPInvokeError() != PosixError.Interrupted)
                    throw PosixError.Last($"write at {offset + done} of", path);
            }
        }
    }

    /// <summary>Makes the file's bytes and length durable (fdatasync).</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        while (Libc.SyncData(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted)
                throw PosixError.Last("fdatasync", path);
        }
    }

    /// <summary>
    /// Reserves blocks up to <paramref name="length"/> and makes the file at least that long. Where the file system cannot reserve, the bytes
    /// behind the end are written as zeros; nobody else may write behind the end meanwhile.
    /// </summary>
    public static void Allocate(SafeFileHandle file, string path, long length)
    {
        while (Libc.Allocate(file, 0, 0, length) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == PosixError.NotSupported)
            {
                WriteZeros(file, path, length);
                return;
            }

            if (errno != PosixError.Interrupted)
                throw PosixError.Create(errno, $"allocate {length} bytes of", path);
        }
    }

    /// <summary>Gives the file the name <paramref name="to"/> in one step, replacing what has it.</summary>
    public static void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0)
            throw PosixError.Last($"rename to '{to}' of", from);
    }

    /// <summary>Makes the names in a directory durable (fsync).</summary>
    public static void SyncDirectory(string path)
    {
        using var handle = OpenHandle(path, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec);
        while (Libc.Sync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted)
                throw PosixError.Last("fsync of the directory", path);
        }
    }

    private static SafeFileHandle OpenHandle(string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Asteri Engine keeps its data on Linux only: it needs fdatasync, fallocate and O_NOFOLLOW");
        int descriptor;
        while ((descriptor = Libc.Open(path, flags, OwnerOnly)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != PosixError.Interrupted)
                throw PosixError.Last("open", path);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void WriteZeros(SafeFileHandle file, string path, long length)
    {
        var zeros = new byte[1 << 20];
        for (var at = Length(file, path); at < length; at += zeros.Length)
            Write(file, path, at, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at)));
    }
}
