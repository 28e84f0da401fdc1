using System.Buffers.Binary;
using System.Diagnostics;
using Asteri.Engine.Storage;

namespace Asteri.Bench.Storage;

/// <summary>The measurements, each in a directory of its own that is gone afterwards.</summary>
internal sealed class StoreRounds(string directory)
{
    private const int BatchDocuments = 100;
    private const int LatencyBlock = 100;

    private static readonly Space Bench = new(RecordKind.Bytes, 1);

    /// <summary>One lane: the bare loop has one log, too.</summary>
    public static StoreOptions Options(string path) => new() { Directory = path, Lanes = 1, MinFreeBytes = 0, ScrubBytesPerSecond = 0 };

    public async Task<BatchFigure> BatchesAsync(int writers, int rounds, int documents)
    {
        List<BatchRound> bare = [], asteri = [];
        for (var round = 0; round <= rounds; round++)
        {
            var bareRate = await InFreshAsync(path => Task.FromResult(BareRound(path, writers, documents)));
            var asteriRate = await InFreshAsync(path => AsteriRoundAsync(path, writers, documents));
            if (round == 0)
                continue; // the JIT's
            bare.Add(bareRate);
            asteri.Add(asteriRate);
            await Console.Error.WriteLineAsync($"{writers} writers, round {round}: bare {bareRate}, asteri {asteriRate}");
        }

        return new BatchFigure(writers, BatchDocuments, bare, asteri);
    }

    public Task<LatencyFigure> OneClientAsync(int writes) => InFreshAsync(async path =>
    {
        List<double> appends = [], puts = [];
        Directory.CreateDirectory(path);
        var synced = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.WriteThrough,
        };
        using var file = new FileStream(Path.Combine(path, "append"), synced);
        await using var store = await Store.OpenAsync(Options(Path.Combine(path, "data")));
        var document = new byte[Documents.Bytes];
        for (var done = -LatencyBlock; done < writes; done += LatencyBlock)
        {
            for (var i = 0; i < LatencyBlock; i++)
                Measure(appends, done, () => file.Write(document));
            for (var i = 0; i < LatencyBlock; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await store.WriteAsync(Put(store.NewBatch(), done + i + LatencyBlock, document));
                if (done >= 0)
                    puts.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        return new LatencyFigure(Percentile(appends, 0.5), Percentile(appends, 0.99), Percentile(puts, 0.5), Percentile(puts, 0.99));
    });

    /// <summary>Writes documents, then single ones for ever; for a process that is going to be killed.</summary>
    public static async Task FillAsync(string path, int documents)
    {
        await using var store = await Store.OpenAsync(Options(path));
        var next = -BatchDocuments;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int start; (start = Interlocked.Add(ref next, BatchDocuments)) < documents;)
                await store.WriteAsync(Batch(store, start));
        })));
        Console.WriteLine("filled");
        var document = new byte[Documents.Bytes];
        for (var i = 0; ; i++)
            await store.WriteAsync(Put(store.NewBatch(), i % documents, document));
    }

    public Task<RecoveryFigure> RecoveryAsync(int documents) => InFreshAsync(async path =>
    {
        var start = Stopwatch.GetTimestamp();
        string[] arguments = ["store-fill", "--directory", path, "--documents", $"{documents}"];
        using (var filler = Process.Start(ThisProgram(arguments))!)
        {
            var line = await filler.StandardOutput.ReadLineAsync();
            if (line != "filled")
                throw new InvalidOperationException($"the filling process said '{line}'");
            filler.Kill();
            await filler.WaitForExitAsync();
        }

        var filled = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        await using var store = await Store.OpenAsync(Options(path));
        var ready = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new RecoveryFigure(documents, filled, ready, store.Count(Bench));
    });

    /// <summary>This program again, whether it was started by itself or as "dotnet asteri-bench.dll".</summary>
    private static ProcessStartInfo ThisProgram(string[] arguments)
    {
        var program = Environment.ProcessPath!;
        string[] all = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(StoreRounds).Assembly.Location, .. arguments] : arguments;
        return new ProcessStartInfo(program, all) { RedirectStandardOutput = true };
    }

    private static BatchRound BareRound(string path, int writers, int documents)
    {
        using var loop = new BareLoop(path, StoreShape.Default);
        var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        loop.Write(0, documents, BatchDocuments, writers);
        return RoundOf(documents, start, cpu);
    }

    private static BatchRound RoundOf(int documents, long start, TimeSpan cpu) => new(
        documents / Stopwatch.GetElapsedTime(start).TotalSeconds,
        (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / documents);

    private static async Task<BatchRound> AsteriRoundAsync(string path, int writers, int documents)
    {
        await using var store = await Store.OpenAsync(Options(path));
        var next = -BatchDocuments;
        var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (int from; (from = Interlocked.Add(ref next, BatchDocuments)) < documents;)
                await store.WriteAsync(Batch(store, from));
        })));
        return RoundOf(documents, start, cpu);
    }

    private static WriteBatch Batch(Store store, int start)
    {
        var batch = store.NewBatch();
        Span<byte> document = stackalloc byte[Documents.Bytes];
        for (var i = start; i < start + BatchDocuments; i++)
        {
            Documents.Fill(i, document);
            Put(batch, i, document);
        }

        return batch;
    }

    private static WriteBatch Put(WriteBatch batch, int number, ReadOnlySpan<byte> document)
    {
        Span<byte> key = stackalloc byte[Documents.KeyBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return batch.Put(Bench, key, document);
    }

    private static void Measure(List<double> times, int done, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        if (done >= 0)
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static double Percentile(List<double> values, double part)
    {
        values.Sort();
        return values[(int)(part * (values.Count - 1))];
    }

    private async Task<T> InFreshAsync<T>(Func<string, Task<T>> measure)
    {
        var path = Path.Combine(directory, $"asteri-bench-{Guid.NewGuid():N}");
        try
        {
            return await measure(path);
        }
        finally
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }
}
