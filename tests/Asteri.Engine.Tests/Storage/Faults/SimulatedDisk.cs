using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// A disk in memory that keeps what a disk promises, and no more: bytes are durable after a sync of the file, names after a sync of the
/// directory. Its n-th operation can be made to fail, its space is limited, and <see cref="AfterPowerCut"/> gives the disk as the next start
/// finds it, decided by a seed.
/// </summary>
internal sealed class SimulatedDisk(int seed, long capacity = 1L << 40) : IDisk
{
    private readonly Lock _sync = new();
    private readonly Random _random = new(seed);
    private SimulatedDirectory _root = new();
    private long _failAt = long.MaxValue;
    private DiskFault _fault;
    private bool _isOff;

    /// <summary>Operations so far that count for <see cref="FailAt"/>: all but reads and lists.</summary>
    public long Operations { get; private set; }

    /// <summary>True after the power was cut.</summary>
    public bool IsOff => Volatile.Read(ref _isOff);

    /// <summary>Bytes that all files together may have.</summary>
    public long Capacity { get; set; } = capacity;

    /// <summary>The operation that failed, by <see cref="FailAt"/>.</summary>
    public string? Failed { get; private set; }

    /// <summary>Lets one operation fail, counted from now: 0 is the next one.</summary>
    public void FailAt(long operations, DiskFault fault)
    {
        lock (_sync)
            (_failAt, _fault) = (Operations + operations, fault);
    }

    /// <summary>Cuts the power, and gives the disk as it is when the power is back. This one answers nothing any more.</summary>
    public SimulatedDisk AfterPowerCut()
    {
        lock (_sync)
        {
            _isOff = true;
            return new SimulatedDisk(_random.Next(), Capacity) { _root = _root.AfterPowerCut(_random) };
        }
    }

    /// <summary>Every file's path, in order.</summary>
    public IReadOnlyList<string> Files()
    {
        lock (_sync)
            return [.. Walk(_root, "").Select(file => file.Path)];
    }

    public byte[] ReadFile(string path)
    {
        lock (_sync)
            return FileAt(path).Content();
    }

    /// <summary>Puts bytes into a file's place, durable at once: damage, or a file from elsewhere.</summary>
    public void PutFile(string path, ReadOnlySpan<byte> bytes)
    {
        lock (_sync)
        {
            var directory = DirectoryAt(ParentOf(path));
            directory.Change((NameOf(path), SimulatedFile.Of(bytes)));
            directory.Sync();
        }
    }

    /// <summary>A disk with the same content, all of it durable.</summary>
    public SimulatedDisk Copy(int newSeed)
    {
        lock (_sync)
            return new SimulatedDisk(newSeed, Capacity) { _root = CopyOf(_root) };
    }

    public IDiskFile Open(string path, DiskOpen mode) => Do(DiskOperation.Open, path, () =>
    {
        var directory = DirectoryAt(ParentOf(path));
        var isThere = directory.Names.TryGetValue(NameOf(path), out var node);
        if (isThere && (mode == DiskOpen.New || node is not SimulatedFile))
            throw new IOException($"open '{path}': EEXIST or EISDIR");
        if (!isThere && mode == DiskOpen.Existing)
            throw new FileNotFoundException($"open '{path}': ENOENT", path);
        if (!isThere)
            directory.Change((NameOf(path), node = new SimulatedFile()));
        return new SimulatedHandle(this, path, (SimulatedFile)node!);
    });

    public bool Exists(string path)
    {
        lock (_sync)
            return path == "/" || (TryDirectoryAt(ParentOf(path)) is { } directory && directory.Names.ContainsKey(NameOf(path)));
    }

    public void Delete(string path) => Do(DiskOperation.Delete, path, () =>
    {
        var directory = DirectoryAt(ParentOf(path));
        if (directory.Names.ContainsKey(NameOf(path)))
            directory.Change((NameOf(path), null));
        return true;
    });

    public void Rename(string from, string to) => Do(DiskOperation.Rename, from, () =>
    {
        if (ParentOf(from) != ParentOf(to))
            throw new NotSupportedException($"rename of '{from}' to '{to}': another directory");
        var directory = DirectoryAt(ParentOf(from));
        if (!directory.Names.TryGetValue(NameOf(from), out var node))
            throw new FileNotFoundException($"rename '{from}': ENOENT", from);
        directory.Change((NameOf(from), null), (NameOf(to), node));
        return true;
    });

    public void CreateDirectory(string path) => Do(DiskOperation.CreateDirectory, path, () =>
    {
        var directory = _root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!directory.Names.TryGetValue(name, out var node))
                directory.Change((name, node = new SimulatedDirectory()));
            directory = node as SimulatedDirectory ?? throw new IOException($"mkdir '{path}': ENOTDIR");
        }

        return true;
    });

    public void DeleteDirectory(string path) => Do(DiskOperation.DeleteDirectory, path, () =>
    {
        DirectoryAt(path);
        DirectoryAt(ParentOf(path)).Change((NameOf(path), null));
        return true;
    });

    public void SyncDirectory(string path) => Do(DiskOperation.SyncDirectory, path, () =>
    {
        DirectoryAt(path).Sync();
        return true;
    });

    public IReadOnlyList<string> List(string path) => Do<IReadOnlyList<string>>(DiskOperation.List, path, () => [.. DirectoryAt(path).Names.Keys]);

    public long FreeBytes(string path)
    {
        lock (_sync)
            return Math.Max(0, Capacity - Used());
    }

    internal int Read(SimulatedHandle handle, long offset, Memory<byte> buffer) =>
        Do(DiskOperation.Read, handle.Path, () => handle.File.Read(offset, buffer.Span));

    internal void Write(SimulatedHandle handle, long offset, byte[] bytes) => Do(
        DiskOperation.Write,
        handle.Path,
        () =>
        {
            ThrowIfFull(handle, offset + bytes.Length);
            handle.File.Write(offset, bytes);
            return true;
        },
        () => handle.File.Write(offset, bytes.AsSpan(0, bytes.Length / 2)));

    internal void Sync(SimulatedHandle handle) => Do(
        DiskOperation.Sync,
        handle.Path,
        () =>
        {
            handle.File.Sync();
            return true;
        },
        () => handle.File.FailSync(_random));

    internal void Allocate(SimulatedHandle handle, long length) => Do(DiskOperation.Allocate, handle.Path, () =>
    {
        ThrowIfFull(handle, length);
        handle.File.Extend(length);
        return true;
    });

    internal long Length(SimulatedHandle handle)
    {
        lock (_sync)
            return handle.File.Length;
    }

    /// <summary>Runs one operation, or lets it fail: <paramref name="half"/> is what a failing one leaves behind.</summary>
    private T Do<T>(DiskOperation operation, string path, Func<T> action, Action? half = null)
    {
        lock (_sync)
        {
            if (_isOff)
                throw new IOException($"{operation} '{path}': EIO, the power is off");
            if (operation is DiskOperation.Read or DiskOperation.List || Operations++ != _failAt)
                return action();
            Failed = $"{operation} '{path}' as {_fault}";
            Fail(operation, half);
            throw _fault == DiskFault.Full
                ? new DiskFullException($"{operation} '{path}': ENOSPC, simulated")
                : new IOException($"{operation} '{path}': EIO, simulated");
        }
    }

    private void Fail(DiskOperation operation, Action? half)
    {
        if (operation == DiskOperation.Sync || (operation == DiskOperation.Write && _fault is DiskFault.ShortWrite or DiskFault.PowerCut))
            half?.Invoke();
        _isOff |= _fault == DiskFault.PowerCut;
    }

    private void ThrowIfFull(SimulatedHandle handle, long length)
    {
        if (length > handle.File.Length && Used() + length - handle.File.Length > Capacity)
            throw new DiskFullException($"'{handle.Path}': ENOSPC, {Capacity} bytes");
    }

    private long Used() => Walk(_root, "").Sum(file => (long)file.File.Length);

    private SimulatedFile FileAt(string path) => DirectoryAt(ParentOf(path)).Names.GetValueOrDefault(NameOf(path)) as SimulatedFile
        ?? throw new FileNotFoundException($"'{path}': ENOENT", path);

    private SimulatedDirectory DirectoryAt(string path) =>
        TryDirectoryAt(path) ?? throw new DirectoryNotFoundException($"'{path}': ENOENT or ENOTDIR");

    private SimulatedDirectory? TryDirectoryAt(string path)
    {
        var directory = _root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            directory = directory?.Names.GetValueOrDefault(name) as SimulatedDirectory;
        return directory;
    }

    private static IEnumerable<(string Path, SimulatedFile File)> Walk(SimulatedDirectory directory, string path) =>
        directory.Names.SelectMany(pair => pair.Value is SimulatedFile file
            ? [($"{path}/{pair.Key}", file)]
            : Walk((SimulatedDirectory)pair.Value, $"{path}/{pair.Key}"));

    private static SimulatedDirectory CopyOf(SimulatedDirectory directory)
    {
        var copy = new SimulatedDirectory();
        foreach (var (name, node) in directory.Names)
            copy.Change((name, node is SimulatedFile file ? SimulatedFile.Of(file.Content()) : CopyOf((SimulatedDirectory)node)));
        copy.Sync();
        return copy;
    }

    private static string ParentOf(string path) => Path.GetDirectoryName(path) ?? "/";

    private static string NameOf(string path) => Path.GetFileName(path);
}
