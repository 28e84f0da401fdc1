namespace Asteri.Engine.Storage.Lanes;

/// <summary>The one thread that applies a lane's committed groups, makes them visible, and answers those who wrote them.</summary>
internal sealed class ApplyLoop
{
    private readonly LaneParts _lane;
    private readonly ApplyQueue _queue;
    private readonly Applier _applier;
    private readonly Action _applied;
    private readonly Thread _thread;

    /// <param name="lane">The lane's parts.</param>
    /// <param name="queue">Where the groups come from.</param>
    /// <param name="applied">Told after every group, on this thread.</param>
    public ApplyLoop(LaneParts lane, ApplyQueue queue, Action applied)
    {
        (_lane, _queue, _applied) = (lane, queue, applied);
        _applier = new Applier(lane);
        _thread = new Thread(Run) { IsBackground = true, Name = $"asteri-apply-{lane.Number}" };
        _thread.Start();
    }

    /// <summary>Waits until everything up to a seq has been applied, or never will be because the lane is poisoned.</summary>
    public void Finish(ulong seq)
    {
        // Each piece of work runs behind one more group.
        while (!_queue.Run(() => _lane.Tail.Seq >= seq || _lane.Fault.IsPoisoned))
        {
        }
    }

    /// <summary>Finishes what is in the queue and ends the thread.</summary>
    public void Close()
    {
        _queue.Close();
        _thread.Join();
    }

    private void Run()
    {
        while (_queue.TryTake(out var group, out var work))
        {
            if (group is not null)
                Apply(group);
            work?.Invoke();
        }
    }

    private void Apply(CommittedGroup group)
    {
        try
        {
            if (!_lane.Fault.IsPoisoned)
                ApplyAll(group);
        }
        catch (Exception error)
        {
            // The group is committed and will be applied when the lane is opened again; what is in memory now is part of it only.
            _lane.Fault.Report(error);
        }

        _lane.Room.Release(group.ValueBytes);
        Answer(group);
        _applied();
    }

    private void ApplyAll(CommittedGroup group)
    {
        foreach (var write in group.Writes)
            _applier.Apply(write.FirstSeq, write.Ops.Bytes);
        _applier.Publish();
        _lane.Tail.MoveTo(group.LastSeq, group.End);
        // Behind the tail: whoever repeats one of these requests and is answered must find it below Now.
        _lane.Requests.Remember(group.Writes);
    }

    private void Refuse(PendingWrite write)
    {
        _lane.Requests.Forget(write);
        write.Fail(_lane.Health.ReadOnly());
    }

    private void Answer(CommittedGroup group)
    {
        // Applied before the poison, if it came: then every promise holds.
        var isApplied = _lane.Tail.Seq >= group.LastSeq;
        foreach (var write in group.Writes)
        {
            if (isApplied)
                write.Complete(write.LastSeq);
            else
                Refuse(write);
        }
    }
}
