namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// The thread that looks after a lane behind its writes: checkpoints when the log has grown, compaction when much of the value log is dead. It sleeps
/// until it is needed.
/// </summary>
internal sealed class Keeper : IDisposable
{
    private const string CheckpointSubject = "checkpoint";
    private const string CompactionSubject = "compaction";

    private readonly LaneParts _lane;
    private readonly Checkpointer _checkpointer;
    private readonly Compaction _compaction;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _sync = new();
    private readonly Thread _thread;
    private List<TaskCompletionSource> _requests = [];
    private List<Action> _holds = [];
    private long _nextCheckpointAt;
    private bool _closed;
    private bool _finishing;

    public Keeper(LaneParts lane, ApplyQueue applier)
    {
        _lane = lane;
        _checkpointer = new Checkpointer(lane, applier);
        _compaction = new Compaction(lane, applier);
        ScheduleNext(lane.Manifest.Current.LogCommitted);
        _thread = new Thread(Run) { IsBackground = true, Name = $"asteri-keeper-{lane.Number}" };
        _thread.Start();
    }

    /// <summary>Told after every group: wakes the thread when the log has grown enough for a checkpoint.</summary>
    public void Notice()
    {
        if (_lane.Tail.Position.Address >= Interlocked.Read(ref _nextCheckpointAt))
            _wake.Set();
    }

    /// <summary>The disk is full: a checkpoint gives back the log in front of it, where that is worth it.</summary>
    public void MakeRoom()
    {
        if (_lane.Tail.Position.Address - _lane.Manifest.Current.LogCommitted < _lane.LogFiles.SegmentBytes)
            return;
        Interlocked.Exchange(ref _nextCheckpointAt, 0);
        _wake.Set();
    }

    /// <summary>Takes a checkpoint that holds everything applied by now.</summary>
    public Task CheckpointAsync()
    {
        var request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_sync)
        {
            if (_closed)
                return Task.FromException(new StoreException(StoreFault.Closed, "the store is closing"));
            _requests.Add(request);
        }

        _wake.Set();
        return request.Task;
    }

    /// <summary>
    /// Takes a checkpoint, then runs <paramref name="use"/> on the keeper's thread: until it ends no other checkpoint comes, and nothing is given
    /// back.
    /// </summary>
    public Task<T> HoldAsync<T>(Func<T> use)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_sync)
        {
            if (_closed)
                return Task.FromException<T>(new StoreException(StoreFault.Closed, "the store is closing"));
            _holds.Add(() => Hold(use, done));
        }

        _wake.Set();
        return done.Task;
    }

    /// <summary>Takes a last checkpoint; one that fails leaves the one before and the log behind it, which is as good.</summary>
    public void FinishWithCheckpoint()
    {
        Volatile.Write(ref _finishing, true);
        CheckpointAsync().ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    /// <summary>Finishes what was asked for and ends the thread.</summary>
    public void Dispose()
    {
        lock (_sync)
            _closed = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            List<TaskCompletionSource> requests;
            List<Action> holds;
            bool isClosed;
            lock (_sync)
                (requests, _requests, holds, _holds, isClosed) = (_requests, [], _holds, [], _closed);
            if (requests.Count > 0 || (!isClosed && _lane.Tail.Position.Address >= Interlocked.Read(ref _nextCheckpointAt)))
                Keep(requests);
            holds.ForEach(hold => hold());
            if (isClosed)
                return;
        }
    }

    private void Keep(List<TaskCompletionSource> requests)
    {
        try
        {
            if (_lane.Fault.IsPoisoned)
                throw _lane.Health.ReadOnly();
            Checkpoint();
            _lane.Health.Note(CheckpointSubject, "");
            requests.ForEach(request => request.SetResult());
        }
        catch (Exception error)
        {
            // The older checkpoint stays and the log behind it; the next try comes when the log has grown on.
            _lane.Health.Note(CheckpointSubject, $"no checkpoint since seq {_lane.Manifest.Current.AppliedSeq}: {error.Message}");
            var failure = error as StoreException ?? Failed(error);
            requests.ForEach(request => request.SetException(failure));
        }

        ScheduleNext(_lane.Tail.Position.Address);
    }

    private StoreException Failed(Exception error) =>
        new(StoreFault.ReadOnly, $"lane {_lane.Number}: the checkpoint failed: {error.Message}", error);

    private void Hold<T>(Func<T> use, TaskCompletionSource<T> done)
    {
        try
        {
            if (_lane.Fault.IsPoisoned)
                throw _lane.Health.ReadOnly();
            _checkpointer.Take();
            ScheduleNext(_lane.Tail.Position.Address);
            done.SetResult(use());
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }

    private void Checkpoint()
    {
        _checkpointer.Take();
        if (!Volatile.Read(ref _finishing) && TryCompact())
            _checkpointer.Take();
    }

    /// <summary>True when something was compacted: the next checkpoint gives its space back.</summary>
    private bool TryCompact()
    {
        try
        {
            var isWorthwhile = _compaction.IsWorthwhile();
            if (isWorthwhile)
                _compaction.Run();
            _lane.Health.Note(CompactionSubject, "");
            return isWorthwhile;
        }
        catch (Exception error) when (error is IOException or StoreException)
        {
            // Nothing has been given up: the values stay where they are, and the checkpoint is good.
            _lane.Health.Note(CompactionSubject, $"replaced values keep their space: {error.Message}");
            return false;
        }
    }

    private void ScheduleNext(long from) =>
        Interlocked.Exchange(ref _nextCheckpointAt, from + Math.Min(_lane.Options.CheckpointLogBytes, long.MaxValue - from));
}
