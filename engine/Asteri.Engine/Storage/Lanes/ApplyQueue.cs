namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// What the applier has to do: committed groups, in order, and other work that must happen between two groups. The log writer may be one group ahead:
/// group N+1 is logged while N is applied, and no more is waiting in memory.
/// </summary>
internal sealed class ApplyQueue
{
    private const int MaxGroupsAhead = 2;

    private readonly object _sync = new();
    private readonly Queue<CommittedGroup> _groups = new();
    private readonly Queue<Action> _work = new();
    private bool _closed;

    /// <summary>Hands over a group; waits while the applier is too far behind.</summary>
    public void Add(CommittedGroup group)
    {
        lock (_sync)
        {
            while (_groups.Count >= MaxGroupsAhead)
                Monitor.Wait(_sync);
            _groups.Enqueue(group);
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Runs <paramref name="work"/> on the applier's thread, between two groups. False when the queue is closed.</summary>
    private bool TryPost(Action work)
    {
        lock (_sync)
        {
            if (_closed)
                return false;
            _work.Enqueue(work);
            Monitor.PulseAll(_sync);
            return true;
        }
    }

    /// <summary>Runs <paramref name="work"/> as <see cref="TryPost"/> does and waits for its result; not for the applier's own thread.</summary>
    /// <exception cref="StoreException">Closed; nothing was run.</exception>
    public T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = TryPost(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return isPosted ? done.Task.GetAwaiter().GetResult() : throw new StoreException(StoreFault.Closed, "the lane is closing");
    }

    /// <summary>Waits for the next thing to do: one of the two is not null. False once the queue is closed and empty.</summary>
    public bool TryTake(out CommittedGroup? group, out Action? work)
    {
        lock (_sync)
        {
            while (!_groups.TryDequeue(out group))
            {
                if (_work.TryDequeue(out work))
                    return true;
                if (_closed)
                    return false;
                Monitor.Wait(_sync);
            }

            _work.TryDequeue(out work);
            Monitor.PulseAll(_sync);
            return true;
        }
    }

    public void Close()
    {
        lock (_sync)
        {
            _closed = true;
            Monitor.PulseAll(_sync);
        }
    }
}
