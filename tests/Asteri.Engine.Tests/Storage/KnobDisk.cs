using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Tests.Storage;

/// <summary>The machine's disk, with knobs: how much is free, and which operations fail.</summary>
internal sealed class KnobDisk : IDisk
{
    private readonly LinuxDisk _disk = LinuxDisk.Instance;

    public long? Free { get; set; }

    /// <summary>Given an operation (write, sync, allocate, read) and a path: the error to throw, if any.</summary>
    public Func<string, string, IOException?> Fails { get; set; } = (_, _) => null;

    public IDiskFile Open(string path, DiskOpen mode) => new KnobFile(this, _disk.Open(path, mode));

    public bool Exists(string path) => _disk.Exists(path);

    public void Delete(string path) => _disk.Delete(path);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void CreateDirectory(string path) => _disk.CreateDirectory(path);

    public void DeleteDirectory(string path) => _disk.DeleteDirectory(path);

    public void SyncDirectory(string path) => _disk.SyncDirectory(path);

    public IReadOnlyList<string> List(string path) => _disk.List(path);

    public long FreeBytes(string path) => Free ?? _disk.FreeBytes(path);

    private void ThrowIfAsked(string operation, string path)
    {
        if (Fails(operation, path) is { } error)
            throw error;
    }

    private sealed class KnobFile(KnobDisk disk, IDiskFile file) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            disk.ThrowIfAsked("read", Path);
            return file.Read(offset, buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.ThrowIfAsked("write", Path);
            file.Write(offset, bytes);
        }

        public void Sync()
        {
            disk.ThrowIfAsked("sync", Path);
            file.Sync();
        }

        public void Allocate(long length)
        {
            disk.ThrowIfAsked("allocate", Path);
            file.Allocate(length);
        }

        public void Dispose() => file.Dispose();
    }
}
