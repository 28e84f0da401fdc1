using Asteri.Engine.Storage.Records;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// The log of a lane: FasterLog behind the few operations that a lane needs. Used by the lane's writer thread alone. FastCommit stays off: in that
/// mode FASTER 2.6.5 accepts commits beyond a hole. Reading is <see cref="LogReader"/>'s.
/// </summary>
internal sealed class RecordLog : IDisposable
{
    private const int MemoryPages = 4;
    private const long SectorBytes = 4096;

    private readonly SegmentFiles _files;
    private readonly IoFault _fault;
    private readonly ZeroFill _zeros;
    private readonly SegmentedDevice _device;
    private readonly FasterLog _log;
    private readonly FasterLogSettings _settings;

    /// <summary>Opens the log for appending behind the end that recovery found.</summary>
    public RecordLog(SegmentFiles files, IoFault fault, int pageBytes, long end)
    {
        _files = files;
        _fault = fault;
        PageBytes = pageBytes;
        _zeros = new ZeroFill(files, fault);
        // The sector of the end is going to be written again.
        _zeros.BeforeWrite((end + SectorBytes) & ~(SectorBytes - 1));
        _device = new SegmentedDevice(files, fault, pageBytes) { Writing = _zeros.BeforeWrite };
        _settings = new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitManager = new SlotCommitManager(BeginFor(end, pageBytes), end),
            LogChecksum = LogChecksumType.PerEntry,
            PageSize = pageBytes,
            MemorySize = (long)pageBytes * MemoryPages,
            SegmentSize = files.SegmentBytes,
            FastCommitMode = false,
            TryRecoverLatest = false,
        };
        _log = new FasterLog(_settings);
        _log.Recover();
    }

    public int PageBytes { get; }

    /// <summary>Most bytes of operations in one record: half a page, so that a record wastes at most the other half.</summary>
    public int MaxOpsBytes => (PageBytes / 2) - LogRecord.HeaderBytes - LogFormat.HeaderBytes;

    /// <summary>Bytes that the records of a batch take at most. Two parts that follow each other are together larger than one may be.</summary>
    public long RecordBytes(int opsBytes) => opsBytes + ((1 + (2L * opsBytes / MaxOpsBytes)) * LogFormat.Allocated(LogRecord.HeaderBytes + 3));

    /// <summary>The address of the next record.</summary>
    public long Tail => _log.TailAddress;

    /// <summary>Adds a record in memory; returns its address.</summary>
    public long Append(in LogRecordHeader header, ReadOnlyMemory<byte> ops)
    {
        var entry = new RecordEntry(header, ops);
        long address;
        while (!_log.TryEnqueue(entry, out address))
        {
            // The page ring is full for the moment; the pages are written on this very thread, so a few turns free one.
            ThrowIfPoisoned();
            Thread.Yield();
        }

        return address;
    }

    /// <summary>Writes and syncs everything appended so far; durable on return.</summary>
    public void Flush()
    {
        _log.CommitStrongly(out var until, out _);
        while (_log.FlushedUntilAddress < until)
        {
            ThrowIfPoisoned();
            Thread.Yield();
        }

        ThrowIfPoisoned();
        _files.Sync();
        // The zeros' thread may have met the error in between.
        ThrowIfPoisoned();
    }

    /// <summary>A group of so many bytes is committed: gets the log's next bytes ready for the groups that follow.</summary>
    public void MakeReady(long groupBytes) => _zeros.AfterCommit(groupBytes);

    public void Dispose()
    {
        _zeros.Dispose();
        _log.Dispose();
        _device.Dispose();
        _settings.Dispose();
    }

    /// <summary>
    /// FasterLog loads the page of the end only if its log begins before the end; where the log of the lane begins does not concern it.
    /// </summary>
    private static long BeginFor(long end, int pageBytes) => Math.Max(LogFormat.FirstAddress, end / pageBytes * pageBytes);

    private void ThrowIfPoisoned()
    {
        if (_fault.First is { } error)
            throw new IOException("the log could not be written: " + error.Message, error);
    }

    /// <summary>Builds the record in the log's own page.</summary>
    private readonly struct RecordEntry(LogRecordHeader header, ReadOnlyMemory<byte> ops) : ILogEnqueueEntry
    {
        public int SerializedLength => LogRecord.HeaderBytes + ops.Length;

        public void SerializeTo(Span<byte> destination)
        {
            LogRecord.WriteHeader(destination, header, ops.Span);
            ops.Span.CopyTo(destination[LogRecord.HeaderBytes..]);
        }
    }
}
