using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Reads a lane's log at the start: notes where its records stand, applies what the checkpoint does not hold, and finds the end. Up to the committed
/// address every record must be right; behind it records are taken as long as they are right, follow each other without a gap and come from no
/// earlier epoch than the commit, and the first that is not is where the log ends: a write that a crash tore.
/// </summary>
internal sealed class LogReplay
{
    private readonly SegmentFiles _files;
    private readonly LogReader _reader;
    private readonly LaneManifest _manifest;
    private readonly Commit _committed;
    private readonly SeqIndex _index;
    private readonly List<(ulong FirstSeq, byte[] Ops)> _parts = [];
    private ulong _epoch;

    public LogReplay(SegmentFiles files, int pageBytes, LaneManifest manifest, Commit committed, SeqIndex index)
    {
        (_files, _manifest, _committed, _index) = (files, manifest, committed, index);
        _reader = new LogReader(files, pageBytes);
        End = manifest.LogCommitted;
        LastSeq = manifest.AppliedSeq;
        _epoch = committed.Epoch;
    }

    /// <summary>The address behind the last record.</summary>
    public long End { get; private set; }

    /// <summary>The last seq that is used: of the last record, of a batch without its last part too.</summary>
    public ulong LastSeq { get; private set; }

    /// <summary>What is wrong with the part of the log that is only kept for subscribers; empty when nothing is.</summary>
    public string KeptDamage { get; private set; } = "";

    /// <summary>
    /// Notes the records that are kept in front of the checkpoint. They are needed by subscribers only: damage costs their part of the log, not the
    /// lane.
    /// </summary>
    public void IndexKept()
    {
        var address = _manifest.LogBegin;
        ulong next = 0;
        while (address < _manifest.LogCommitted)
        {
            if (!TryReadRecord(address, _manifest.LogCommitted, out var entry, out var header, out _) || (next > 0 && header.FirstSeq != next))
            {
                KeptDamage = $"the log before seq {_manifest.AppliedSeq + 1} cannot be read any more: {_files.Locate(address)} holds no record";
                _index.StartAt(_manifest.AppliedSeq + 1, _manifest.LogCommitted);
                return;
            }

            if (header.IsFirst)
                _index.Add(header.FirstSeq, entry.Address);
            (address, next) = (entry.Next, header.LastSeq + 1);
        }
    }

    /// <summary>
    /// Hands every batch that took effect behind the checkpoint to <paramref name="apply"/>: its header of the first part, and its operations part by
    /// part.
    /// </summary>
    /// <exception cref="StoreException">Damaged: a committed record.</exception>
    public void Run(Action<LogRecordHeader, IReadOnlyList<(ulong FirstSeq, byte[] Ops)>> apply)
    {
        while (TryReadNext(out var entry, out var header, out var ops))
        {
            if (header.IsFirst)
                _parts.Clear();
            if (header.IsFirst)
                _index.Add(header.FirstSeq, entry.Address);
            _parts.Add((header.FirstSeq, ops.ToArray()));
            (End, LastSeq, _epoch) = (entry.Next, header.LastSeq, End >= _committed.Until ? header.Epoch : _epoch);
            if (!header.IsLast)
                continue;
            apply(header, _parts);
            _parts.Clear();
        }

        if (End < _committed.Until || LastSeq < _committed.LastSeq)
            throw Damaged($"no right record of seq {LastSeq + 1}; up to seq {_committed.LastSeq} they were committed");
    }

    private bool TryReadNext(out LogEntry entry, out LogRecordHeader header, out ReadOnlySpan<byte> ops)
    {
        var isCommitted = End < _committed.Until;
        var limit = isCommitted ? _committed.Until : _files.ReservedUntil;
        if (!TryReadRecord(End, limit, out entry, out header, out ops) || header.FirstSeq != LastSeq + 1)
            return false;
        if (!isCommitted && header.Epoch < _epoch)
            return false;
        // The part of a batch whose beginning is not there can only be a forged or misplaced record.
        return header.IsFirst || _parts.Count > 0;
    }

    private bool TryReadRecord(long address, long limit, out LogEntry entry, out LogRecordHeader header, out ReadOnlySpan<byte> ops)
    {
        header = default;
        ops = default;
        return _reader.TryRead(address, limit, out entry) && LogRecord.TryParse(entry.Bytes, out header, out ops);
    }

    private StoreException Damaged(string what)
    {
        var where = _files.Locate(_reader.StartFrom(End, _committed.Until));
        return new StoreException(StoreFault.Damaged, $"{where}: {what}; restore the lane from a snapshot");
    }
}
