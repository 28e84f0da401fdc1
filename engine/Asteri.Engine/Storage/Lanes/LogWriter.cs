using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// The one thread that writes a lane's log. It takes all writes that wait, gives them seqs, appends them and commits them together: one sync for the
/// records, one for the commit. Then the group is the applier's. It sleeps while nothing waits.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const long MaxGroupBytes = 8 << 20;
    private const long MinQueueBytes = 64 << 20;

    private readonly LaneParts _lane;
    private readonly WriteQueue _queue;
    private readonly RecordLog _log;
    private readonly ApplyQueue _applier;
    private readonly Action _outOfSpace;
    private readonly Thread _thread;
    private readonly List<PendingWrite> _group = [];
    private ulong _nextSeq;
    private volatile Commit _committed;

    /// <param name="lane">The lane's parts.</param>
    /// <param name="log">The log, which is disposed with this.</param>
    /// <param name="applier">Where committed groups go.</param>
    /// <param name="outOfSpace">Told when a group was refused for want of space, on the writer's thread.</param>
    public LogWriter(LaneParts lane, RecordLog log, ApplyQueue applier, Action outOfSpace)
    {
        (_lane, _log, _applier, _outOfSpace) = (lane, log, applier, outOfSpace);
        _queue = new WriteQueue(lane.Options.MaxQueuedWrites, Math.Max(MinQueueBytes, 2L * lane.Options.MaxBatchBytes));
        (_nextSeq, _committed) = (lane.Tail.Seq + 1, lane.Commits.Newest);
        _thread = new Thread(Run) { IsBackground = true, Name = $"asteri-log-{lane.Number}" };
        _thread.Start();
    }

    /// <summary>Throws what <see cref="Add"/> would throw now.</summary>
    /// <exception cref="StoreException">Overloaded or Closed.</exception>
    public void CheckRoom() => _queue.CheckRoom();

    /// <summary>The last commit.</summary>
    public Commit Committed => _committed;

    /// <summary>Queues a write; <see cref="PendingWrite.Done"/> tells its outcome.</summary>
    /// <exception cref="StoreException">Overloaded or Closed.</exception>
    public void Add(PendingWrite write) => _queue.Add(write);

    /// <summary>Takes no more writes and finishes those that wait.</summary>
    public void Close()
    {
        _queue.Close();
        _thread.Join();
    }

    public void Dispose()
    {
        Close();
        _queue.Dispose();
        _log.Dispose();
    }

    private void Run()
    {
        while (_queue.Take(MaxGroupBytes) is { } waiting)
            Write(waiting);
    }

    private void Write(List<PendingWrite> waiting)
    {
        _group.Clear();
        foreach (var write in waiting)
        {
            if (write.TryClaim() && IsNew(write))
                _group.Add(write);
        }

        if (_group.Count == 0)
            return;
        try
        {
            if (_lane.Fault.IsPoisoned)
                throw _lane.Health.ReadOnly();
            var valueBytes = Reserve();
            Log(valueBytes);
        }
        catch (Exception error)
        {
            Refuse(error);
        }
    }

    /// <summary>False for a write that has been made or is under way: it has been answered, or will be with the other.</summary>
    private bool IsNew(PendingWrite write)
    {
        try
        {
            return _lane.Requests.TryBegin(write);
        }
        catch (StoreException error)
        {
            write.Fail(error);
            return false;
        }
    }

    /// <summary>
    /// Makes sure of the room for the group in the log and in the value log, before anything of it is written. Returns what it may take in the value
    /// log.
    /// </summary>
    private long Reserve()
    {
        long logBytes = 0, valueBytes = 0;
        foreach (var write in _group)
        {
            logBytes += _log.RecordBytes(write.Ops.Bytes.Length);
            valueBytes += Applier.ValueBytes(write.Ops.Bytes.Length, write.Ops.Count);
        }

        try
        {
            _lane.Space.Check(logBytes + valueBytes);
            // Records do not cross pages: up to half of a page may be lost before each.
            _lane.LogFiles.ReserveUntil(_log.Tail + (2 * logBytes) + _log.PageBytes);
            _lane.Room.Reserve(valueBytes);
        }
        catch (DiskFullException full)
        {
            throw new StoreException(
                StoreFault.OutOfSpace,
                $"lane {_lane.Number}: no space for the next segment; nothing was written. {full.Message}", full);
        }
        catch (IOException error)
        {
            _lane.Fault.Report(error);
            throw;
        }

        return valueBytes;
    }

    private void Log(long valueBytes)
    {
        try
        {
            foreach (var write in _group)
                Append(write);
            _log.Flush();
            var bytes = _log.Tail - _committed.Until;
            var commit = new Commit(_log.Tail, _nextSeq - 1, _lane.Epoch);
            _lane.Commits.Write(commit);
            _committed = commit;
            _log.MakeReady(bytes);
        }
        catch (Exception error)
        {
            // Whatever it was, it is unknown how much of the group is on disk: the lane must not write on.
            _lane.Fault.Report(error);
            _lane.Room.Release(valueBytes);
            throw;
        }

        _lane.Health.NoteAccepted();
        _applier.Add(new CommittedGroup([.. _group], _nextSeq - 1, _log.Tail, valueBytes));
    }

    private void Append(PendingWrite write)
    {
        write.FirstSeq = _nextSeq;
        var rest = write.Ops.Memory;
        for (uint part = 0; part == 0 || !rest.IsEmpty; part++)
        {
            var bytes = LogOps.TakePart(rest.Span, _log.MaxOpsBytes, out var count);
            var header = new LogRecordHeader
            {
                IsFirst = part == 0,
                IsLast = bytes == rest.Length,
                FirstSeq = _nextSeq,
                OpCount = count,
                Part = part,
                Epoch = _lane.Epoch,
                Request = write.Request,
                BatchCrc = write.Ops.Crc,
            };
            var at = _log.Append(header, rest[..bytes]);
            if (part == 0)
                _lane.Index.Add(_nextSeq, at);
            _nextSeq += count;
            rest = rest[bytes..];
        }
    }

    private void Refuse(Exception error)
    {
        var refusal = error as StoreException ?? _lane.Health.ReadOnly();
        _lane.Health.NoteRefusal(refusal);
        if (refusal.Fault == StoreFault.OutOfSpace)
            _outOfSpace();
        foreach (var write in _group)
        {
            _lane.Requests.Forget(write);
            write.Fail(refusal);
        }
    }
}
