using System.Buffers.Binary;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Keys;

/// <summary>
/// The last requests of a lane with what became of them, so that a retry is the same write. The oldest goes when there are too many: what is
/// remembered depends on nothing but the order of the requests. One thread. Its file is a block file of records <c>[u64 id high][u64 id
/// low][u64 first seq][u64 last seq][u32 crc]</c>, little-endian, oldest first, behind one record <c>[u64 seq][u64 number of requests]</c>.
/// </summary>
internal sealed class RequestWindow(int capacity)
{
    public const uint Magic = 0x53514552; // REQS

    private const int HeadBytes = 16;
    private const int RecordBytes = 36;

    private readonly Dictionary<RequestId, RequestOutcome> _outcomes = [];
    private readonly Queue<RequestId> _order = new();

    public int Count => _outcomes.Count;

    public bool TryGet(RequestId id, out RequestOutcome outcome) => _outcomes.TryGetValue(id, out outcome);

    /// <summary>Remembers a request; an id that is remembered already keeps its place in the order. The id "none" is never remembered.</summary>
    public void Remember(RequestId id, RequestOutcome outcome)
    {
        if (id.IsNone || capacity == 0)
            return;
        if (!_outcomes.ContainsKey(id))
        {
            if (_order.Count == capacity)
                _outcomes.Remove(_order.Dequeue());
            _order.Enqueue(id);
        }

        _outcomes[id] = outcome;
    }

    /// <summary>The requests as they are now, oldest first; for <see cref="Dump"/> while the window goes on changing.</summary>
    public (RequestId Id, RequestOutcome Outcome)[] ToArray() => [.. _order.Select(id => (id, _outcomes[id]))];

    /// <summary>Writes requests into a new file, durable on return; the caller syncs the directory.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The new file.</param>
    /// <param name="name">The file's name in the stamp.</param>
    /// <param name="requests">Oldest first.</param>
    /// <param name="seq">The seq up to which they are complete; comes back from <see cref="Load"/>.</param>
    public static FileStamp Dump(IDisk disk, string path, string name, (RequestId Id, RequestOutcome Outcome)[] requests, ulong seq)
    {
        using var writer = new BlockFileWriter(disk, path, Magic);
        var head = writer.Take(HeadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(head, seq);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], (ulong)requests.Length);
        foreach (var (id, outcome) in requests)
        {
            var record = writer.Take(RecordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, id.High);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], id.Low);
            BinaryPrimitives.WriteUInt64LittleEndian(record[16..], outcome.FirstSeq);
            BinaryPrimitives.WriteUInt64LittleEndian(record[24..], outcome.LastSeq);
            BinaryPrimitives.WriteUInt32LittleEndian(record[32..], outcome.Crc);
        }

        return writer.Finish(name);
    }

    /// <summary>Reads a whole file back; with a smaller capacity than it was written with, the oldest requests are forgotten.</summary>
    /// <exception cref="StoreException">Damaged: with file and offset.</exception>
    public static RequestWindow Load(IDisk disk, string path, int capacity, out ulong seq)
    {
        using var reader = new BlockFileReader(disk, path, Magic);
        if (!reader.MoveNext() || reader.Block.Length < HeadBytes)
            throw reader.Damaged("the first record is missing");
        seq = BinaryPrimitives.ReadUInt64LittleEndian(reader.Block);
        var left = BinaryPrimitives.ReadUInt64LittleEndian(reader.Block[8..]);
        var window = new RequestWindow(capacity);
        for (var skip = HeadBytes; skip == HeadBytes || reader.MoveNext(); skip = 0)
        {
            var block = reader.Block[skip..];
            if (block.Length % RecordBytes != 0 || (ulong)(block.Length / RecordBytes) > left)
                throw reader.Damaged("records that do not fill their block");
            for (; !block.IsEmpty; block = block[RecordBytes..], left--)
                window.Take(block);
        }

        return left == 0 ? window : throw reader.Damaged($"{left} requests are missing");
    }

    private void Take(ReadOnlySpan<byte> record)
    {
        var id = new RequestId(BinaryPrimitives.ReadUInt64LittleEndian(record), BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));
        var firstSeq = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
        var lastSeq = BinaryPrimitives.ReadUInt64LittleEndian(record[24..]);
        Remember(id, new RequestOutcome(firstSeq, lastSeq, BinaryPrimitives.ReadUInt32LittleEndian(record[32..])));
    }
}
