namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Writes zeros a little ahead of a log's end, in the background. A sync after a write to reserved but never written blocks must also commit the file
/// system's journal, and waits there for whatever else the machine writes; a write over written blocks need not. Measured on ext4: 0.08 ms instead of
/// 0.2 to 4 ms. The zeros and the log never meet: a range is claimed before it is filled, and the log waits for a claim that it runs into.
/// </summary>
internal sealed class ZeroFill(SegmentFiles files, IoFault fault) : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private const long AheadBytes = 4 << 20;
    private const long MaxGroupBytes = 1 << 20;

    private static readonly byte[] Zeros = new byte[ChunkBytes];

    private readonly object _sync = new();
    private long _writtenUntil;
    private long _filledUntil;
    private long _claimedUntil;
    private bool _running;
    private bool _disposed;

    /// <summary>The log is about to write up to an address.</summary>
    public void BeforeWrite(long until)
    {
        lock (_sync)
        {
            while (_claimedUntil > _filledUntil && until > _filledUntil)
                Monitor.Wait(_sync);
            _writtenUntil = Math.Max(_writtenUntil, until);
        }
    }

    /// <summary>
    /// A group has been committed; asks for zeros ahead of it. A large group pays for the journal by its size, and outruns the zeros anyway.
    /// </summary>
    public void AfterCommit(long groupBytes)
    {
        lock (_sync)
        {
            var isReady = Math.Max(_filledUntil, _writtenUntil) - _writtenUntil > AheadBytes - ChunkBytes;
            if (isReady || groupBytes > MaxGroupBytes || _running || _disposed)
                return;
            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => Run(), null);
    }

    /// <summary>Waits for what is being filled.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            _disposed = true;
            while (_running)
                Monitor.Wait(_sync);
        }
    }

    private void Run()
    {
        try
        {
            while (TryClaim(out var from, out var bytes))
            {
                files.FillZeros(from, Zeros.AsSpan(0, bytes));
                lock (_sync)
                {
                    _filledUntil = from + bytes;
                    Monitor.PulseAll(_sync);
                }
            }
        }
        catch (Exception error)
        {
            fault.Report(error);
        }

        lock (_sync)
        {
            (_running, _claimedUntil) = (false, _filledUntil);
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>The next piece, within reserved space and within one segment.</summary>
    private bool TryClaim(out long from, out int bytes)
    {
        lock (_sync)
        {
            from = Math.Max(_filledUntil, _writtenUntil);
            var end = Math.Min(from + ChunkBytes, files.ReservedUntil);
            end = Math.Min(end, ((from / files.SegmentBytes) + 1) * files.SegmentBytes);
            bytes = (int)Math.Max(0, end - from);
            if (bytes == 0 || _disposed || fault.IsPoisoned || from - _writtenUntil >= AheadBytes)
                return false;
            (_filledUntil, _claimedUntil) = (from, end);
            return true;
        }
    }
}
