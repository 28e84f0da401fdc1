using System.Buffers.Binary;
using FASTER.core;

namespace Asteri.Bench.Storage;

/// <summary>
/// The yardstick: FasterLog and FasterKV as their documentation shows them, on FASTER's own device, without any of our guards. A batch is one log
/// entry; some batches are committed together, and when the commit is durable their documents are upserted.
/// </summary>
internal sealed unsafe class BareLoop : IDisposable
{
    private readonly IDevice _logDevice;
    private readonly IDevice _valueDevice;
    private readonly FasterLog _log;
    private readonly FasterKV<SpanByte, SpanByte> _store;
    private readonly ClientSession<SpanByte, SpanByte, SpanByte, SpanByteAndMemory, Empty, SpanByteFunctions<Empty>> _session;

    public BareLoop(string directory, StoreShape shape)
    {
        _logDevice = Devices.CreateLogDevice(Path.Combine(directory, "log", "log"));
        _valueDevice = Devices.CreateLogDevice(Path.Combine(directory, "values", "values"));
        _log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _logDevice,
            PageSize = shape.PageBytes,
            MemorySize = 4L * shape.PageBytes,
            SegmentSize = shape.SegmentBytes,
            LogChecksum = LogChecksumType.PerEntry,
            TryRecoverLatest = false,
        });
        _store = new FasterKV<SpanByte, SpanByte>(new FasterKVSettings<SpanByte, SpanByte>
        {
            LogDevice = _valueDevice,
            IndexSize = shape.IndexBytes,
            PageSize = shape.PageBytes,
            MemorySize = shape.ValueMemoryBytes,
            SegmentSize = shape.SegmentBytes,
            CheckpointDir = Path.Combine(directory, "checkpoints"),
        });
        _session = _store.For(new SpanByteFunctions<Empty>()).NewSession<SpanByteFunctions<Empty>>();
    }

    /// <summary>
    /// Writes batches of documents numbered from <paramref name="first"/>; <paramref name="batchesPerCommit"/> stands for so many writers at a time.
    /// </summary>
    public void Write(int first, int documents, int batchDocuments, int batchesPerCommit)
    {
        var entry = new byte[batchDocuments * Documents.Bytes];
        for (var start = first; start < first + documents; start += batchDocuments * batchesPerCommit)
        {
            for (var batch = 0; batch < batchesPerCommit; batch++)
            {
                for (var i = 0; i < batchDocuments; i++)
                    Documents.Fill(start + (batch * batchDocuments) + i, entry.AsSpan(i * Documents.Bytes, Documents.Bytes));
                _log.Enqueue(entry);
            }

            _log.Commit(spinWait: true);
            for (var i = 0; i < batchDocuments * batchesPerCommit; i++)
                Upsert(start + i);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _store.Dispose();
        _log.Dispose();
        _valueDevice.Dispose();
        _logDevice.Dispose();
    }

    private void Upsert(int document)
    {
        Span<byte> key = stackalloc byte[Documents.KeyBytes];
        Span<byte> value = stackalloc byte[Documents.Bytes];
        BinaryPrimitives.WriteInt64BigEndian(key, document);
        Documents.Fill(document, value);
        _session.Upsert(SpanByte.FromFixedSpan(key), SpanByte.FromFixedSpan(value));
    }
}
