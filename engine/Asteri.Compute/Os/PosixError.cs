using System.Runtime.InteropServices;

namespace Asteri.Compute.Os;

/// <summary>An errno as an exception: what was tried, on which path, and the error's name. Its HResult is the errno.</summary>
public static class PosixError
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int IoFailure = 5;
    public const int Exists = 17;
    public const int NoSpace = 28;
    public const int TooManyLinks = 40;
    public const int NotSupported = 95;
    public const int QuotaExceeded = 122;

    /// <summary>True when the error says that there is no room for more bytes.</summary>
    public static bool IsDiskFull(IOException error) => error.HResult is NoSpace or QuotaExceeded;

    /// <summary>The exception for <paramref name="errno"/>; <see cref="FileNotFoundException"/> when the path is not there.</summary>
    public static IOException Create(int errno, string operation, string path)
    {
        var message = $"{operation} '{path}': {NameOf(errno)} ({errno}), {Marshal.GetPInvokeErrorMessage(errno)}";
        return errno == NoEntry ? new FileNotFoundException(message, path) : new IOException(message, errno);
    }

    internal static IOException Last(string operation, string path) => Create(Marshal.GetLastPInvokeError(), operation, path);

    private static string NameOf(int errno) => errno switch
    {
        1 => "EPERM",
        NoEntry => "ENOENT",
        Interrupted => "EINTR",
        IoFailure => "EIO",
        9 => "EBADF",
        12 => "ENOMEM",
        13 => "EACCES",
        16 => "EBUSY",
        Exists => "EEXIST",
        18 => "EXDEV",
        20 => "ENOTDIR",
        21 => "EISDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        27 => "EFBIG",
        NoSpace => "ENOSPC",
        29 => "ESPIPE",
        30 => "EROFS",
        36 => "ENAMETOOLONG",
        39 => "ENOTEMPTY",
        TooManyLinks => "ELOOP",
        NotSupported => "EOPNOTSUPP",
        QuotaExceeded => "EDQUOT",
        _ => "errno",
    };
}
