using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// A lane's part of a batch on its way from the caller to the acknowledgement. After it is completed nobody touches its operations.
/// </summary>
internal sealed class PendingWrite(LaneOps ops, RequestId request)
{
    private readonly TaskCompletionSource<ulong> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<PendingWrite>? _repeats;
    private int _claimed;

    public LaneOps Ops { get; } = ops;

    /// <summary>Bytes of the operations, known also after they have been given back.</summary>
    public int Bytes { get; } = ops.Bytes.Length;

    public RequestId Request { get; } = request;

    /// <summary>Seq of the first operation; set by the log writer.</summary>
    public ulong FirstSeq { get; set; }

    public ulong LastSeq => FirstSeq + Ops.Count - 1;

    /// <summary>The seq of the last operation, once the write is durable and applied.</summary>
    public Task<ulong> Done => _done.Task;

    /// <summary>Taken once: by the log writer, which then finishes it, or by a cancellation.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>The same write come again while this one is under way: it shares the outcome.</summary>
    public void AddRepeat(PendingWrite repeat) => (_repeats ??= []).Add(repeat);

    public void Complete(ulong lastSeq)
    {
        _done.TrySetResult(lastSeq);
        _repeats?.ForEach(repeat => repeat.Complete(lastSeq));
    }

    public void Fail(Exception error)
    {
        _done.TrySetException(error);
        _repeats?.ForEach(repeat => repeat.Fail(error));
    }

    public void Cancel(CancellationToken token)
    {
        if (TryClaim())
            _done.TrySetCanceled(token);
    }
}
