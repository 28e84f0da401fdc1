using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage.Golden;

/// <summary>
/// A store as this format's first version wrote it, with a checkpoint, log behind it and no clean close. Every later version must open it and
/// read every entry. A new format gets a directory of its own, written by this test with <c>ASTERI_GOLDEN=format-N</c>; those that are there
/// are never written again.
/// </summary>
public sealed class GoldenStoreTests
{
    private static readonly Space Things = new(RecordKind.Bytes, 7);
    private static readonly Space Others = new(RecordKind.Document, 1_000_000);
    private static readonly RequestId Remembered = RequestId.From("golden", "request");

    [Theory]
    [InlineData("format-1")]
    public async Task Open_StoreOfAnEarlierVersion_EveryEntryReadsAsItWasWritten(string format)
    {
        if (Environment.GetEnvironmentVariable("ASTERI_GOLDEN") == format)
            await WriteAsync(Path.Combine(Here(), format));
        using var directory = new TempDirectory();
        Copy(Path.Combine(Here(), format), directory["store"]);
        await using (var store = await Store.OpenAsync(Options(directory["store"])))
            await AssertWholeAsync(store);

        // It stays a store of this version: what is written now is there after the next start, with everything older.
        await using var again = await Store.OpenAsync(Options(directory["store"]));
        Assert.Equal(45, again.Count(Things));
        Assert.Equal("new", Encoding.UTF8.GetString(again.Read(Things, Key(900))!.Value.Bytes));
        Assert.Equal(Value(12, 1), again.Read(Things, Key(12))!.Value.Bytes);
    }

    private static StoreOptions Options(string directory) => new()
    {
        Directory = directory,
        Lanes = 2,
        MaxKeyBytes = 64,
        MaxValueBytes = 2_000,
        PageBytes = 4 << 10,
        SegmentBytes = 16 << 10,
        ValueMemoryBytes = 16 << 10,
        IndexBytes = 4 << 10,
        CheckpointLogBytes = 1 << 30,
        LogRetentionBytes = 0,
        MinFreeBytes = 0,
        ScrubBytesPerSecond = 0,
    };

    /// <summary>Forty entries, a checkpoint; then every third one replaced, every fifth deleted, some appended, and a second space.</summary>
    private static async Task FillAsync(Store store)
    {
        for (var i = 0; i < 40; i++)
            await store.WriteAsync(store.NewBatch().Put(Things, Key(i), Value(i, 0)));
        await store.CheckpointAsync();
        for (var i = 0; i < 40; i += 3)
            await store.WriteAsync(store.NewBatch().Put(Things, Key(i), Value(i, 1)));
        for (var i = 0; i < 40; i += 5)
            await store.WriteAsync(store.NewBatch().Delete(Things, Key(i)));
        await store.WriteAsync(Appends(store));
        await store.WriteAsync(store.NewBatch().Put(Others, "one"u8, "1"u8).Put(Others, "two"u8, default));
    }

    private static WriteBatch Appends(Store store)
    {
        var batch = store.NewBatch(Remembered);
        for (var i = 0; i < 12; i++)
            batch.Append(Things, "log"u8, Value(i, 2));
        return batch;
    }

    private static async Task AssertWholeAsync(Store store)
    {
        Assert.All(store.Status, lane => Assert.Equal((LaneState.Healthy, ""), (lane.State, lane.Reason)));
        Assert.All(store.Status, lane => Assert.True(lane.CheckpointSeq > 0 && lane.LastSeq > lane.CheckpointSeq));
        for (var i = 0; i < 40; i++)
            Assert.Equal(i % 5 == 0 ? null : Value(i, i % 3 == 0 ? 1 : 0), store.Read(Things, Key(i))?.Bytes);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => Value(i, 2)), store.Scan(Things, "log"u8.ToArray()).Select(entry => entry.Value.Bytes));
        Assert.Equal(["one", "two"], store.ScanKeys(Others, default).Select(key => Encoding.UTF8.GetString(key.Key)));
        Assert.Equal([], store.Read(Others, "two"u8)!.Value.Bytes);
        Assert.Equal((44, 2), (store.Count(Things), store.Count(Others)));

        // The request that it remembers is the same write: nothing is appended again.
        await store.WriteAsync(Appends(store));
        Assert.Equal(44, store.Count(Things));
        await store.WriteAsync(store.NewBatch().Put(Things, Key(900), "new"u8));
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{number:D3}"));

    /// <summary>Of many lengths, and nothing that a library could one day compute otherwise.</summary>
    private static byte[] Value(int number, int version)
    {
        var word = string.Create(CultureInfo.InvariantCulture, $"value {number}.{version} ");
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(word, 1 + (number * 37 % 60))));
    }

    /// <summary>Writes a store and copies its files while it is open, as a crash leaves them.</summary>
    private static async Task WriteAsync(string target)
    {
        using var directory = new TempDirectory();
        await using var store = await Store.OpenAsync(Options(directory["store"]));
        await FillAsync(store);
        Copy(directory["store"], target);
    }

    private static void Copy(string source, string target)
    {
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "LOCK"))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
