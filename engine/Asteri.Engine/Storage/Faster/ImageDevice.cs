using Asteri.Engine.Storage.Disk;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// One file of a checkpoint, written by FASTER from pool threads. An error does not poison the lane: it fails the checkpoint, which asks for
/// <see cref="Error"/> at the end, and until then FASTER is told that all is well, because it would wait for ever otherwise.
/// </summary>
internal sealed unsafe class ImageDevice(IDiskFile file) : StorageDeviceBase("image", 512, -1)
{
    private Exception? _error;

    public Exception? Error => Volatile.Read(ref _error);

    public override void WriteAsync(
        nint sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => Write(sourceAddress, destinationAddress, numBytesToWrite, callback, context), null);

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        var buffer = new Span<byte>((void*)destinationAddress, checked((int)readLength));
        var got = file.Read((long)sourceAddress, buffer);
        buffer[got..].Clear();
        callback(0, (uint)got, context);
    }

    public override void RemoveSegment(int segment)
    {
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    public override void Dispose() => file.Dispose();

    private void Write(nint source, ulong destination, uint bytes, DeviceIOCompletionCallback callback, object context)
    {
        try
        {
            file.Write((long)destination, new ReadOnlySpan<byte>((void*)source, checked((int)bytes)));
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _error, error, null);
        }

        callback(0, bytes, context);
    }
}
