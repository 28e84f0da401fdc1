using Asteri.Engine.Crash.Plan;
using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>A store's files after a power cut, with a checkpoint, log behind it, and everything acknowledged; and what they hold.</summary>
internal sealed class DamageImage
{
    private const int Seed = 41;
    private const int Lanes = 2;

    private static readonly Lazy<Task<DamageImage>> Made = new(MakeAsync);

    private readonly SlotMap _slots = SlotMap.Even(Lanes);

    private DamageImage(SimulatedDisk disk, StoreOptions options, IReadOnlyList<StoredEntry> entries) =>
        (Disk, Options, Entries) = (disk, options, entries);

    public static Task<DamageImage> Instance => Made.Value;

    public SimulatedDisk Disk { get; }

    public StoreOptions Options { get; }

    public IReadOnlyList<StoredEntry> Entries { get; }

    public int LaneOf(byte[] key) => _slots.LaneOf(SimulatedStore.Things, key);

    /// <summary>A place in one of the files of a class.</summary>
    public (string Path, int Offset) PlaceIn(string files, Random random)
    {
        var paths = Disk.Files().Where(path => IsOf(path, files)).ToArray();
        var path = paths[random.Next(paths.Length)];
        if (files != "log tail")
            return (path, random.Next(Disk.ReadFile(path).Length));
        // The last bytes that are not zero are the last record's.
        var bytes = Disk.ReadFile(path);
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return (path, Math.Max(0, end - 1 - random.Next(1500)));
    }

    private bool IsOf(string path, string files) => files switch
    {
        "STORE" or "COMMIT" or "MANIFEST" => Path.GetFileName(path) == files,
        "log" => path.Contains("/log/", StringComparison.Ordinal),
        "log tail" => path.Contains("/log/", StringComparison.Ordinal) && IsLastUsed(path),
        "values" => path.Contains("/values/", StringComparison.Ordinal),
        _ => path.Contains("/checkpoints/", StringComparison.Ordinal) && Path.GetFileName(path) == files,
    };

    /// <summary>True for the last file of its directory that has a byte in it; segments are made ahead.</summary>
    private bool IsLastUsed(string path) => path == Disk.Files()
        .Where(other => Path.GetDirectoryName(other) == Path.GetDirectoryName(path) && Disk.ReadFile(other).AsSpan().IndexOfAnyExcept((byte)0) >= 0)
        .MaxBy(other => int.Parse(Path.GetExtension(other).AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<DamageImage> MakeAsync()
    {
        var options = SimulatedStore.Options(Lanes) with { CheckpointLogBytes = 1 << 30 };
        var disk = new SimulatedDisk(Seed);
        var writers = Enumerable.Range(0, 3).Select(number => new Writer(SimulatedStore.Shape(Seed, 3), number)).ToArray();
        var store = await SimulatedStore.OpenAsync(disk, options);
        await WriteAsync(store, writers, 50);
        await store.CheckpointAsync();
        await WriteAsync(store, writers, 75);
        var after = disk.AfterPowerCut();
        await store.DisposeAsync();

        var image = after.Copy(Seed);
        await using var reopened = await SimulatedStore.OpenAsync(after, options);
        Assert.Empty(new Verification(reopened, SimulatedStore.Things, Lanes).Faults(writers));
        return new DamageImage(image, options, [.. reopened.Scan(SimulatedStore.Things, default)]);
    }

    private static async Task WriteAsync(Store store, Writer[] writers, int until)
    {
        foreach (var writer in writers)
            await SimulatedStore.WriteAsync(store, writer, () => writer.Acknowledged >= until);
    }
}
