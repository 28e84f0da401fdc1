using System.Globalization;
using System.Text;
using Asteri.Engine.Storage;

namespace Asteri.Engine.Crash.Plan;

/// <summary>
/// One writer: its batches follow from seed and number alone, so whoever knows how many were acknowledged knows what the store must hold. One
/// batch is under way at a time; after a crash the writer tries the same batch again, with the same request id.
/// </summary>
internal sealed class Writer(PlanShape shape, int number)
{
    private const int LargeBatchEvery = 40;

    /// <summary>Batches that were acknowledged: 1 to this.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Operations that were acknowledged.</summary>
    public long AcknowledgedOps { get; private set; }

    /// <summary>What the acknowledged batches leave.</summary>
    public WriterContent Content { get; private set; } = WriterContent.Empty;

    /// <summary>What all keys of the writer start with.</summary>
    public byte[] Prefix { get; } = Text($"w{number:D3}/");

    /// <summary>The key under which the writer appends.</summary>
    public byte[] AppendKey { get; } = Text($"w{number:D3}/log");

    /// <summary>The request id of a batch.</summary>
    public RequestId RequestOf(long batch) => RequestId.From($"crash {shape.Seed}", string.Create(CultureInfo.InvariantCulture, $"{number}/{batch}"));

    /// <summary>What there would be with the next batch, too.</summary>
    public WriterContent ContentWithNext() => Content.With(Batch(Acknowledged + 1));

    /// <summary>The next batch was acknowledged.</summary>
    public void Acknowledge()
    {
        var ops = Batch(Acknowledged + 1);
        Content = Content.With(ops);
        Acknowledged++;
        AcknowledgedOps += ops.Count;
    }

    /// <summary>So many batches were acknowledged, to another process.</summary>
    public void Skip(long batches)
    {
        Content = Content.With(Counted());
        Acknowledged = batches;

        IEnumerable<PlannedOp> Counted()
        {
            for (var batch = Acknowledged + 1; batch <= batches; batch++)
            {
                foreach (var op in Batch(batch))
                {
                    AcknowledgedOps++;
                    yield return op;
                }
            }
        }
    }

    /// <summary>Fills a store's batch with the next batch of the plan.</summary>
    public WriteBatch NextBatch(Store store, Space space)
    {
        var batch = store.NewBatch(RequestOf(Acknowledged + 1));
        foreach (var op in Batch(Acknowledged + 1))
            op.AddTo(batch, space);
        return batch;
    }

    private List<PlannedOp> Batch(long batch)
    {
        var random = new Random((int)(((uint)shape.Seed * 1_000_003) + ((uint)number * 7_919) + ((uint)batch * 104_729)));
        var isLarge = batch % LargeBatchEvery == 7;
        var ops = new List<PlannedOp>();
        var count = random.Next(1, shape.MaxOps + 1);
        for (int i = 0, bytes = 0; isLarge ? bytes < shape.LargeBatchBytes : i < count; i++)
        {
            var value = ValueOf(random, batch, i);
            bytes += value.Length;
            var what = random.Next(10);
            ops.Add(what switch
            {
                0 => new PlannedOp(AppendKey, value, IsAppend: true),
                1 or 2 => new PlannedOp(KeyOf(random), null, IsAppend: false),
                _ => new PlannedOp(KeyOf(random), value, IsAppend: false),
            });
        }

        return ops;
    }

    private byte[] KeyOf(Random random) => Text($"w{number:D3}/key-{random.Next(shape.Keys):D4}");

    /// <summary>A value that names its operation, so that a wrong one says where it comes from.</summary>
    private byte[] ValueOf(Random random, long batch, int op)
    {
        var head = Text($"w{number:D3} batch {batch} op {op} ");
        var most = random.Next(12) == 0 ? shape.MaxValueBytes : Math.Min(300, shape.MaxValueBytes);
        var value = new byte[Math.Max(head.Length, random.Next(most + 1))];
        random.NextBytes(value);
        head.CopyTo(value, 0);
        return value;
    }

    private static byte[] Text(FormattableString text) => Encoding.ASCII.GetBytes(FormattableString.Invariant(text));
}
