using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// The file LOCK: held by the one process, and the one store in it, that has a directory. The operating system lets go of it when the process ends.
/// </summary>
internal static class DirectoryLock
{
    /// <exception cref="StoreException">ReadOnly: somebody has it.</exception>
    public static IDisposable Take(IDisk disk, string directory)
    {
        if (!disk.Exists(directory))
            disk.CreateDirectory(directory);
        var path = Path.Combine(directory, StoreFile.LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StoreException(
                StoreFault.ReadOnly,
                $"'{path}' is held: another process has the store; stop it, or name another directory", error);
        }
    }
}
