using Asteri.Compute.Memory;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Snapshots;

/// <summary>Copies files and takes their checksums, and tells how far it is. Any number of threads.</summary>
internal sealed class SnapshotCopy(IDisk disk, IProgress<SnapshotProgress>? progress, CancellationToken cancellation)
{
    private const int BlockBytes = 1 << 20;

    private long _done;
    private long _total;

    public void Expect(long bytes) => Interlocked.Add(ref _total, bytes);

    /// <summary>Copies the first <paramref name="bytes"/> of a file into a new one; durable on return, but for its name.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public FileStamp Copy(string from, string to, string name, long bytes)
    {
        using var source = disk.Open(from, DiskOpen.Existing);
        using var target = disk.Open(to, DiskOpen.New);
        var block = new byte[BlockBytes];
        uint crc = 0;
        for (long at = 0; at < bytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(BlockBytes, bytes - at));
            if (source.Read(at, part) < part.Length)
                throw new EndOfStreamException($"'{from}' ends before {bytes} bytes");
            target.Write(at, part);
            crc = Crc32C.Append(crc, part);
            at += part.Length;
            progress?.Report(new SnapshotProgress(Interlocked.Add(ref _done, part.Length), Interlocked.Read(ref _total)));
        }

        target.Sync();
        return new FileStamp(name, bytes, crc);
    }
}
