using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Carries committed operations into the value store and the key directory, in log order. The order within a group keeps readers right without a
/// lock: values first, then the directory is published, then deleted keys leave the value store. So whatever the published directory names is there,
/// and a reader that finds a value newer than its directory only has to wait until the group is published.
/// </summary>
internal sealed class Applier(LaneParts lane)
{
    // Header, key length, full key, padding, value length, envelope, padding of a record, less what the log already counts for an operation.
    private const int RecordOverhead = 48;

    private readonly byte[] _key = new byte[FullKey.SpaceBytes + ushort.MaxValue + FullKey.SeqBytes];
    private readonly List<byte[]> _deleted = [];

    /// <summary>Room that operations may take in the value log. Twice their size: a record does not cross a page.</summary>
    public static long ValueBytes(long opsBytes, uint opCount) => 2 * (opsBytes + (RecordOverhead * (long)opCount));

    /// <summary>Applies operations whose seqs start with <paramref name="firstSeq"/>. Nothing is visible before <see cref="Publish"/>.</summary>
    public void Apply(ulong firstSeq, ReadOnlySpan<byte> ops)
    {
        var seq = firstSeq;
        foreach (var op in new LogOps(ops))
        {
            var fullKey = _key.AsSpan(0, op.WriteFullKey(_key, seq));
            if (op.Code == LogOpCode.Delete)
            {
                if (lane.Keys.Remove(fullKey))
                    _deleted.Add(fullKey.ToArray());
            }
            else
            {
                lane.Values.Put(fullKey, seq, op.Value);
                lane.Keys.Set(fullKey, seq);
            }

            seq++;
        }
    }

    /// <summary>Makes everything applied so far visible.</summary>
    public void Publish()
    {
        lane.Keys.Publish();
        foreach (var key in _deleted)
        {
            // Put again later in the same group: the value store has the newer one.
            if (!lane.Keys.TryGet(key, out _))
                lane.Values.Delete(key);
        }

        _deleted.Clear();
    }
}
