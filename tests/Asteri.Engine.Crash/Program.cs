using System.Globalization;
using System.Text;
using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;

namespace Asteri.Engine.Crash;

/// <summary>
/// Writes a plan's batches to a store until it is killed. First it verifies what it finds; then it says "ready", and for each acknowledged
/// batch the number of its writer, a line each, written at once: a line that the parent has read was acknowledged before. Arguments: directory,
/// lanes, seed, writers, and for each writer how many of its batches the parent knows to be acknowledged.
/// </summary>
internal static class Program
{
    public static readonly Space Things = new(RecordKind.Bytes, 7);

    private const int Failed = 1;

    public static PlanShape ShapeOf(int seed, int writers) =>
        new(seed, writers, Keys: 100, MaxOps: 24, MaxValueBytes: 8_000, LargeBatchBytes: 80_000);

    public static StoreOptions OptionsOf(string directory, int lanes) => new()
    {
        Directory = directory,
        Lanes = lanes,
        MaxValueBytes = 16 << 10,
        PageBytes = 64 << 10,
        SegmentBytes = 1 << 20,
        ValueMemoryBytes = 1 << 20,
        IndexBytes = 1 << 20,
        CheckpointLogBytes = 6 << 20,
        LogRetentionBytes = 1 << 20,
        MinFreeBytes = 0,
    };

    public static async Task<int> Main(string[] args)
    {
        var numbers = args[1..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var (lanes, seed, count) = (numbers[0], numbers[1], numbers[2]);
        var writers = Enumerable.Range(0, count).Select(number => new Writer(ShapeOf(seed, count), number)).ToArray();
        for (var i = 0; i < count; i++)
            writers[i].Skip(numbers[3 + i]);
        await using var output = Console.OpenStandardOutput();
        var store = await Store.OpenAsync(OptionsOf(args[0], lanes));
        var faults = new Verification(store, Things, lanes).Faults(writers).ToArray();
        foreach (var fault in faults)
            Say(output, fault);
        if (faults.Length > 0)
            return Failed;
        Say(output, "ready");
        await Task.WhenAll(writers.Select((writer, number) => Task.Run(() => WriteAsync(store, writer, number, output))));
        return 0;
    }

    private static async Task WriteAsync(Store store, Writer writer, int number, Stream output)
    {
        while (true)
        {
            await store.WriteAsync(writer.NextBatch(store, Things));
            Say(output, number.ToString(CultureInfo.InvariantCulture));
            writer.Acknowledge();
        }
    }

    private static void Say(Stream output, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (output)
            output.Write(bytes);
    }
}
