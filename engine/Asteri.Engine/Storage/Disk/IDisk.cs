namespace Asteri.Engine.Storage.Disk;

/// <summary>
/// The one door to files. Every byte that the store keeps goes through it, so that a test can stand a disk behind it whose power fails, whose
/// n-th operation fails, or that is full. Failures are <see cref="IOException"/>s; a full disk is one with <see cref="DiskFullException"/>.
/// </summary>
internal interface IDisk
{
    /// <summary>
    /// Opens a file for reading and writing, never through a symbolic link. A made file survives a power cut only after <see
    /// cref="SyncDirectory"/>.
    /// </summary>
    IDiskFile Open(string path, DiskOpen mode);

    bool Exists(string path);

    void Delete(string path);

    /// <summary>Replaces <paramref name="to"/> in one step; durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    void CreateDirectory(string path);

    /// <summary>Removes a directory and everything in it.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the directory's entries durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Names of the files and directories in a directory, in ordinal order.</summary>
    IReadOnlyList<string> List(string path);

    /// <summary>Bytes that this process may still allocate on the file system of <paramref name="path"/>.</summary>
    long FreeBytes(string path);
}
