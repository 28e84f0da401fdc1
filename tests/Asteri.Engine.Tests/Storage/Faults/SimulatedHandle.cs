using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>An open file of a <see cref="SimulatedDisk"/>.</summary>
internal sealed class SimulatedHandle(SimulatedDisk disk, string path, SimulatedFile file) : IDiskFile
{
    private volatile bool _isClosed;

    public string Path { get; } = path;

    public SimulatedFile File { get; } = file;

    public long Length => disk.Length(Live());

    public int Read(long offset, Span<byte> buffer)
    {
        var copy = new byte[buffer.Length];
        var read = disk.Read(Live(), offset, copy);
        copy.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(Live(), offset, bytes.ToArray());

    public void Sync() => disk.Sync(Live());

    public void Allocate(long length) => disk.Allocate(Live(), length);

    public void Dispose() => _isClosed = true;

    private SimulatedHandle Live()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return this;
    }
}
