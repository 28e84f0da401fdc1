using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Keys;

public sealed class KeyDirectoryTests
{
    /// <summary>Shapes of keys: short and random, long with much in common, numbered, enormous, and all mixed.</summary>
    public static TheoryData<string, int> Shapes => new()
    {
        { "short", 30_000 }, { "paths", 30_000 }, { "numbers", 30_000 }, { "huge", 1_500 }, { "mixed", 20_000 }, { "nested", 8_000 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SetAndRemove_RandomOperations_EqualsASortedDictionary(string shape, int operations)
    {
        const int seed = 11;
        var random = new Random(seed);
        var oracle = new SortedDictionary<byte[], ulong>(ByteOrder.Instance);
        var directory = new KeyDirectory();
        for (var i = 1; i <= operations; i++)
        {
            // Waves: mostly growing, then mostly shrinking.
            var isGrowing = i / (operations / 6) % 2 == 0;
            var key = random.Next(4) == 0 && oracle.Count > 0 ? KeyNear(oracle, random) : KeyOf(random, shape);
            if (random.Next(10) < (isGrowing ? 8 : 2))
            {
                Assert.Equal(!oracle.ContainsKey(key), directory.Set(key, (ulong)i));
                oracle[key] = (ulong)i;
            }
            else
            {
                Assert.Equal(oracle.Remove(key), directory.Remove(key));
            }

            if (random.Next(100) == 0)
                directory.Publish();
            if (i % (operations / 20) == 0)
                AssertSame(oracle, directory, random, shape);
        }

        foreach (var key in oracle.Keys.ToArray())
            Assert.True(directory.Remove(key));
        directory.Publish();
        Assert.Equal(0, directory.View.Count);
        Assert.False(directory.View.Scan().MoveNext());
        Assert.Empty(directory.Spaces.All);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("paths")]
    public void Scan_PrefixAndAfter_EqualsTheFilteredDictionary(string shape)
    {
        const int seed = 12;
        var random = new Random(seed);
        var oracle = new SortedDictionary<byte[], ulong>(ByteOrder.Instance);
        var directory = Filled(oracle, random, shape, 5_000);
        for (var i = 0; i < 300; i++)
        {
            var some = KeyNear(oracle, random);
            var prefix = some[..random.Next(some.Length + 1)];
            var after = random.Next(3) == 0 ? [] : KeyNear(oracle, random);
            var expected = oracle.Keys.Where(key => key.AsSpan().StartsWith(prefix))
                .Where(key => after.Length == 0 || ByteOrder.Instance.Compare(key, after) > 0);
            var walked = Walk(directory.View.Scan(prefix, after)).Select(entry => Convert.ToHexString(entry.Key));
            Assert.Equal(expected.Select(Convert.ToHexString), walked);
        }
    }

    [Fact]
    public void View_TakenBeforeAnEdit_StaysAsItWas()
    {
        var random = new Random(13);
        var oracle = new SortedDictionary<byte[], ulong>(ByteOrder.Instance);
        var directory = Filled(oracle, random, "short", 3_000);
        var view = directory.View;
        var before = Walk(view.Scan()).ToArray();
        foreach (var key in oracle.Keys.Take(2_000))
            directory.Remove(key);
        for (var i = 0; i < 3_000; i++)
            directory.Set(KeyOf(random, "short"), 1);
        Assert.Same(view, directory.View);
        directory.Publish();
        Assert.NotSame(view, directory.View);
        Assert.Equal(before.Length, view.Count);
        Assert.Equal(before, Walk(view.Scan()), EntryEquality);
    }

    [Fact]
    public void TryGet_NotYetPublished_OnlyTheWriterSeesIt()
    {
        var directory = new KeyDirectory();
        var key = FullKey.Of(new Space(RecordKind.Bytes, 1), "a"u8);
        directory.Set(key, 5);
        Assert.True(directory.TryGet(key, out var seq));
        Assert.Equal(5ul, seq);
        Assert.False(directory.View.TryGet(key, out _));
        Assert.Equal(0, directory.CountOf(new Space(RecordKind.Bytes, 1)));
        directory.Publish();
        Assert.True(directory.View.TryGet(key, out _));
        Assert.Equal(1, directory.CountOf(new Space(RecordKind.Bytes, 1)));
    }

    [Fact]
    public async Task View_ReadWhileTheWriterWorks_EveryViewIsConsistent()
    {
        // The writer keeps pairs: both keys of a pair always have the same seq, and both or neither are there.
        var directory = new KeyDirectory();
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadPairs(directory, end.Token))).ToArray();
        var random = new Random(14);
        for (var i = 1; i <= 60_000; i++)
        {
            var pair = random.Next(2_000);
            byte[] left = Pair('l', pair), right = Pair('r', pair);
            if (random.Next(3) == 0)
                Assert.Equal(directory.Remove(left), directory.Remove(right));
            else
                Assert.Equal(directory.Set(left, (ulong)i), directory.Set(right, (ulong)i));
            if (i % 7 == 0)
                directory.Publish();
        }

        await end.CancelAsync();
        foreach (var walks in await Task.WhenAll(readers))
            Assert.True(walks > 0);
    }

    private static long ReadPairs(KeyDirectory directory, CancellationToken end)
    {
        var walks = 0L;
        do
        {
            var view = directory.View;
            var seqs = Walk(view.Scan()).ToArray();
            Assert.Equal(view.Count, seqs.Length);
            Assert.Equal(seqs.Take(seqs.Length / 2).Select(entry => entry.Seq), seqs.Skip(seqs.Length / 2).Select(entry => entry.Seq));
            foreach (var (key, seq) in seqs)
                Assert.True(view.TryGet(key, out var found) && found == seq);
            walks++;
        }
        while (!end.IsCancellationRequested);
        return walks;
    }

    private static byte[] Pair(char side, int pair) =>
        FullKey.Of(new Space(RecordKind.Bytes, side), System.Text.Encoding.ASCII.GetBytes($"pair-{pair:D5}"));

    internal static void AssertSame(SortedDictionary<byte[], ulong> oracle, KeyDirectory directory, Random random, string shape)
    {
        directory.Publish();
        var view = directory.View;
        Assert.Equal(oracle.Count, view.Count);
        Assert.Equal(oracle.Select(pair => (pair.Key, pair.Value)), Walk(view.Scan()), EntryEquality);
        foreach (var group in oracle.Keys.GroupBy(key => FullKey.SpaceOf(key)))
            Assert.Equal(group.Count(), directory.CountOf(group.Key));
        for (var i = 0; i < 200; i++)
        {
            var key = random.Next(2) == 0 && oracle.Count > 0 ? KeyNear(oracle, random) : KeyOf(random, shape);
            var isThere = oracle.TryGetValue(key, out var expected);
            Assert.Equal(isThere, view.TryGet(key, out var seq));
            Assert.Equal(expected, seq);
        }
    }

    internal static KeyDirectory Filled(SortedDictionary<byte[], ulong> oracle, Random random, string shape, int count)
    {
        var directory = new KeyDirectory();
        for (var i = 1; i <= count; i++)
        {
            var key = KeyOf(random, shape);
            oracle[key] = (ulong)i;
            directory.Set(key, (ulong)i);
        }

        directory.Publish();
        return directory;
    }

    internal static IEnumerable<(byte[] Key, ulong Seq)> Walk(KeyCursor cursor)
    {
        while (cursor.MoveNext())
            yield return (cursor.Key.ToArray(), cursor.Seq);
    }

    internal static bool EntryEquality((byte[] Key, ulong Seq) left, (byte[] Key, ulong Seq) right) =>
        left.Seq == right.Seq && left.Key.AsSpan().SequenceEqual(right.Key);

    /// <summary>One of the first fifty keys.</summary>
    private static byte[] KeyNear(SortedDictionary<byte[], ulong> oracle, Random random) =>
        oracle.Keys.ElementAt(random.Next(Math.Min(50, oracle.Count)));

    internal static byte[] KeyOf(Random random, string shape)
    {
        var space = new Space((RecordKind)random.Next(1, 3), (uint)random.Next(3));
        var key = shape switch
        {
            "short" => RandomKey(random, random.Next(1, 5)),
            "paths" => System.Text.Encoding.ASCII.GetBytes($"tenant/{random.Next(5)}/collection/{random.Next(20)}/document/{random.Next(1000)}"),
            "numbers" => System.Text.Encoding.ASCII.GetBytes($"{random.Next(20_000):D10}"),
            "huge" => [.. new byte[random.Next(2) * 8000], .. RandomKey(random, random.Next(1, 8000))],
            "nested" => Enumerable.Repeat((byte)'a', random.Next(1, 2000)).ToArray(),
            _ => KeyOf(random, new[] { "short", "paths", "numbers", "nested" }[random.Next(4)])[5..],
        };
        return FullKey.Of(space, key);
    }

    private static byte[] RandomKey(Random random, int length)
    {
        var key = new byte[length];
        random.NextBytes(key);
        return key;
    }
}
