using Asteri.Engine.Storage;
using Xunit.Abstractions;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

/// <summary>Random batches, checkpoints, reopenings and crash images against a dictionary.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task RandomLife_AtEveryStep_StoreEqualsTheDictionary(int lanes)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = lanes });
        var oracle = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var step = 0; step < 60; step++)
        {
            for (var batches = random.Next(1, 20); batches > 0; batches--)
                await WriteAsync(rig, oracle, random);
            switch (random.Next(6))
            {
                case 0:
                    await rig.Store.CheckpointAsync();
                    break;
                case 1:
                    await rig.ReopenAsync();
                    break;
                case 2:
                    await using (var image = await rig.OpenCrashImageAsync($"image-{step}"))
                        AssertEqual(oracle, image);
                    break;
            }

            AssertEqual(oracle, rig.Store);
        }
    }

    private static async Task WriteAsync(StoreRig rig, SortedDictionary<string, byte[]> oracle, Random random)
    {
        var batch = rig.Store.NewBatch();
        for (var operations = random.Next(1, 30); operations > 0; operations--)
        {
            var key = $"{random.Next(300):D3}";
            if (random.Next(3) == 0)
            {
                batch.Delete(Things, Bytes(key));
                oracle.Remove(key);
                continue;
            }

            var value = new byte[random.Next(random.Next(10) == 0 ? 16_000 : 600)];
            random.NextBytes(value);
            batch.Put(Things, Bytes(key), value);
            oracle[key] = value;
        }

        await rig.Store.WriteAsync(batch);
    }

    private static void AssertEqual(SortedDictionary<string, byte[]> oracle, Store store)
    {
        Assert.All(store.Status, lane => Assert.Equal("", lane.Reason));
        Assert.Equal(oracle.Count, store.Count(Things));
        Assert.Equal(oracle.Keys, store.Scan(Things, default).Select(entry => System.Text.Encoding.UTF8.GetString(entry.Key)));
        foreach (var entry in store.Scan(Things, default))
            Assert.Equal(oracle[System.Text.Encoding.UTF8.GetString(entry.Key)], entry.Value.Bytes);
    }
}
