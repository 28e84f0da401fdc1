using Asteri.Compute.Os;

namespace Asteri.Engine.Storage.Disk;

/// <summary>The disk of the machine. Files are made with mode 0600, directories with 0700.</summary>
internal sealed class LinuxDisk : IDisk
{
    public static LinuxDisk Instance { get; } = new();

    public IDiskFile Open(string path, DiskOpen mode) => Named(() => new LinuxDiskFile(path, PosixFile.Open(path, mode switch
    {
        DiskOpen.Existing => FileMode.Open,
        DiskOpen.New => FileMode.CreateNew,
        DiskOpen.Any => FileMode.OpenOrCreate,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Existing, New or Any"),
    })));

    public bool Exists(string path) => Path.Exists(path);

    public void Delete(string path) => File.Delete(path);

    public void Rename(string from, string to) => Named(() =>
    {
        PosixFile.Rename(from, to);
        return true;
    });

    public void CreateDirectory(string path) => Named(() =>
    {
        PosixDirectory.Create(path);
        return true;
    });

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: true);

    public void SyncDirectory(string path) => PosixFile.SyncDirectory(path);

    public IReadOnlyList<string> List(string path)
    {
        var names = Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public long FreeBytes(string path) => PosixDirectory.FreeBytes(path);

    /// <summary>Runs <paramref name="action"/> and gives a full disk its own exception.</summary>
    internal static T Named<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException error) when (PosixError.IsDiskFull(error))
        {
            throw new DiskFullException(error.Message, error);
        }
    }
}
