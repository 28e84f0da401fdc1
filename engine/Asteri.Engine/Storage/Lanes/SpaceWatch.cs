using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Knows, cheaply, whether there is more free space than the watermark. The file system is asked again after some bytes were written or some time has
/// passed, so a disk that others fill is noticed within a second and one that has room again just as soon.
/// </summary>
internal sealed class SpaceWatch(IDisk disk, string directory, long minFreeBytes, TimeProvider time)
{
    private const long RecheckBytes = 16 << 20;
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(250);

    private readonly Lock _sync = new();
    private long _free = -1;
    private long _written;
    private long _checkedAt;

    /// <summary>Throws when the bytes of a write would come on top of a disk that is under the watermark.</summary>
    /// <exception cref="StoreException">OutOfSpace.</exception>
    public void Check(long bytes)
    {
        lock (_sync)
        {
            _written += bytes;
            if (_free < 0 || _written > RecheckBytes || time.GetElapsedTime(_checkedAt) > Recheck || _free - _written < minFreeBytes)
                (_free, _written, _checkedAt) = (disk.FreeBytes(directory), 0, time.GetTimestamp());
            if (_free < minFreeBytes)
                throw OutOfSpace(_free);
        }
    }

    public StoreException OutOfSpace(long free) => new(
        StoreFault.OutOfSpace,
        $"'{directory}' has {free} bytes free; writes are refused under {minFreeBytes} (MinFreeBytes). Make space; writes go on by themselves.");
}
