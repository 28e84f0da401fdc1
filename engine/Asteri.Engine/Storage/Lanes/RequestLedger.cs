using Asteri.Engine.Storage.Keys;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>Recognises writes that come again: those that the lane remembers, and those that are under way.</summary>
internal sealed class RequestLedger(RequestWindow remembered)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<RequestId, PendingWrite> _underWay = [];

    /// <summary>
    /// True when the write is new, and under way from now on. Otherwise it has been answered, or will be together with the one that is under way.
    /// </summary>
    /// <exception cref="StoreException">RequestIdReused.</exception>
    public bool TryBegin(PendingWrite write)
    {
        if (write.Request.IsNone)
            return true;
        RequestOutcome outcome;
        lock (_sync)
        {
            if (_underWay.TryGetValue(write.Request, out var first))
            {
                ThrowIfOther(write, first.Ops.Count, first.Ops.Crc);
                first.AddRepeat(write);
                return false;
            }

            if (!remembered.TryGet(write.Request, out outcome))
            {
                _underWay.Add(write.Request, write);
                return true;
            }

            ThrowIfOther(write, outcome.LastSeq - outcome.FirstSeq + 1, outcome.Crc);
        }

        write.Complete(outcome.LastSeq);
        return false;
    }

    /// <summary>The writes have been applied: they are remembered, and no longer under way.</summary>
    public void Remember(IReadOnlyList<PendingWrite> writes)
    {
        lock (_sync)
        {
            foreach (var write in writes)
            {
                if (!write.Request.IsNone && _underWay.Remove(write.Request))
                    remembered.Remember(write.Request, new RequestOutcome(write.FirstSeq, write.LastSeq, write.Ops.Crc));
            }
        }
    }

    /// <summary>A batch met in the log has been applied again.</summary>
    public void Remember(RequestId request, RequestOutcome outcome)
    {
        lock (_sync)
            remembered.Remember(request, outcome);
    }

    /// <summary>What is remembered now.</summary>
    public (RequestId Id, RequestOutcome Outcome)[] Remembered()
    {
        lock (_sync)
            return remembered.ToArray();
    }

    /// <summary>The write was refused: the same request may be tried again.</summary>
    public void Forget(PendingWrite write)
    {
        lock (_sync)
        {
            if (!write.Request.IsNone && _underWay.TryGetValue(write.Request, out var first) && first == write)
                _underWay.Remove(write.Request);
        }
    }

    private static void ThrowIfOther(PendingWrite write, ulong count, uint crc)
    {
        if (write.Ops.Crc != crc || write.Ops.Count != count)
        {
            throw new StoreException(
                StoreFault.RequestIdReused,
                $"request {write.Request.High:x16}{write.Request.Low:x16} came before with other operations; a retry brings the same "
                + "ones, a new write a new id");
        }
    }
}
