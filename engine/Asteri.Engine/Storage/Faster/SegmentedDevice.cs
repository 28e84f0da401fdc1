using System.Collections.Concurrent;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// FASTER's device over <see cref="SegmentFiles"/>. What FASTER's own devices do wrong is decided here instead:
/// <list type="bullet">
/// <item>A failed write poisons the lane and is then reported to FASTER as done. FASTER would spin for ever in an upsert, or hang in a checkpoint,
/// over a page that cannot be flushed. It is safe, because a poisoned lane acknowledges nothing and publishes no checkpoint, so nobody ever relies on
/// the page.</item>
/// <item>Nothing is durable before the lane calls <see cref="SegmentFiles.Sync"/>; the lane does so before it acknowledges or publishes.</item>
/// <item>FASTER deletes nothing. The lane does, once a manifest says that the bytes are not needed.</item>
/// <item>Reads run on the caller's thread: they come from the page cache or cost one disk access, and a thread hop would cost more.</item>
/// </list>
/// </summary>
internal sealed unsafe class SegmentedDevice : StorageDeviceBase
{
    private const uint Sector = 512;
    private const uint ReadFailed = 5;
    private const int MaxNestedReads = 16;

    [ThreadStatic]
    private static int _nestedReads;

    private readonly SegmentFiles _files;
    private readonly IoFault _fault;
    private readonly long _maxReadBytes;
    private readonly BlockingCollection<PageWrite>? _writes;
    private readonly Thread? _writer;

    /// <param name="files">Its owner disposes it, after the device.</param>
    /// <param name="fault">Poisoned by the first failed write.</param>
    /// <param name="maxReadBytes">FASTER never needs more at once; a longer read is the length field of a damaged record.</param>
    /// <param name="writerName">The name of a thread that does the writing; null: writes run on the caller's thread.</param>
    public SegmentedDevice(SegmentFiles files, IoFault fault, long maxReadBytes, string? writerName = null)
        : base("segments", Sector, -1)
    {
        _files = files;
        _fault = fault;
        _maxReadBytes = maxReadBytes + (2 * Sector);
        if (writerName is null)
            return;
        _writes = [];
        _writer = new Thread(WriteQueued) { IsBackground = true, Name = writerName };
        _writer.Start();
    }

    /// <summary>
    /// Bytes from here on read as zero. Set during recovery, when FASTER reads to the end of a sector and parses what lies behind its checkpoint.
    /// </summary>
    public long ReadLimit { get; set; } = long.MaxValue;

    /// <summary>Told up to where a write will go, before it starts.</summary>
    public Action<long>? Writing { get; init; }

    public override void WriteAsync(
        nint sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        var address = AddressOf(segmentId, destinationAddress);
        var write = new PageWrite(sourceAddress, address, numBytesToWrite, callback, context);
        if (_writes is null)
            Write(write);
        else
            _writes.Add(write);
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        var read = new PageRead(AddressOf(segmentId, sourceAddress), destinationAddress, readLength, callback, context);
        if (readLength > _maxReadBytes)
            throw new InvalidDataException($"a record at {_files.Locate(read.Address)} claims {readLength} bytes");
        // FASTER follows a chain of records by reading again from within the callback: a long chain must not become a deep stack.
        if (_nestedReads >= MaxNestedReads)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Read(read), null);
            return;
        }

        _nestedReads++;
        try
        {
            Read(read);
        }
        finally
        {
            _nestedReads--;
        }
    }

    public override void RemoveSegment(int segment)
    {
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    public override void TruncateUntilAddress(long toAddress)
    {
    }

    public override void TruncateUntilAddressAsync(long toAddress, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <summary>Waits for the queued writes.</summary>
    public override void Dispose()
    {
        _writes?.CompleteAdding();
        _writer?.Join();
        _writes?.Dispose();
    }

    private long AddressOf(int segment, ulong offset) => ((long)segment * _files.SegmentBytes) + (long)offset;

    private void WriteQueued()
    {
        foreach (var write in _writes!.GetConsumingEnumerable())
            Write(write);
    }

    private void Write(in PageWrite write)
    {
        try
        {
            Writing?.Invoke(write.Address + write.Bytes);
            if (!_fault.IsPoisoned)
                _files.Write(write.Address, new ReadOnlySpan<byte>((void*)write.Source, checked((int)write.Bytes)));
        }
        catch (Exception error)
        {
            _fault.Report(error);
        }

        write.Callback(0, write.Bytes, write.Context);
    }

    private void Read(in PageRead read)
    {
        var buffer = new Span<byte>((void*)read.Destination, checked((int)read.Bytes));
        uint error = 0;
        var got = 0;
        try
        {
            got = (int)Math.Clamp(ReadLimit - read.Address, 0, _files.Read(read.Address, buffer));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            error = ReadFailed;
        }

        // FASTER parses the buffer whatever the error says: zeros are a record with no key, and so "not found", which the key directory contradicts.
        buffer[got..].Clear();
        read.Callback(error, (uint)got, read.Context);
    }

    private readonly record struct PageRead(long Address, nint Destination, uint Bytes, DeviceIOCompletionCallback Callback, object Context);

    private readonly record struct PageWrite(nint Source, long Address, uint Bytes, DeviceIOCompletionCallback Callback, object Context);
}
