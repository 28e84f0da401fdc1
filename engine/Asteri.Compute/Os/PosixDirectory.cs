namespace Asteri.Compute.Os;

/// <summary>Directories for one owner, and the space behind them.</summary>
public static class PosixDirectory
{
    /// <summary>Makes the directory and its missing parents with mode 0700. One that is there stays as it is.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Asteri Engine keeps its data on Linux only");
        // One by one: the framework gives the mode to the last directory only.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            Create(parent);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Bytes that this user may still allocate on the file system of <paramref name="path"/>, which must be there.</summary>
    public static long FreeBytes(string path) => new DriveInfo(path).AvailableFreeSpace;
}
