using System.Runtime.InteropServices;
using Asteri.Engine.Storage;
using Xunit.Abstractions;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// Damages a store's files, one place at a time, and opens it. Either every entry reads as it was written, or the store names what is damaged:
/// never a wrong value, never a missing entry, and the lane that was not touched serves. <c>ASTERI_LONG</c> multiplies the number of places.
/// </summary>
public sealed class BitRotTests(ITestOutputHelper output)
{
    private const int Seed = 41;
    private const int Places = 8;

    [Theory]
    [InlineData("STORE")]
    [InlineData("COMMIT")]
    [InlineData("MANIFEST")]
    [InlineData("log")]
    [InlineData("log tail")]
    [InlineData("values")]
    [InlineData("index")]
    [InlineData("index.meta")]
    [InlineData("values.meta")]
    [InlineData("keys")]
    [InlineData("requests")]
    public async Task Damage_AnywhereInTheFile_RecoveredOrNamedNeverServed(string files)
    {
        var image = await DamageImage.Instance;
        var random = new Random(Seed + files.Length);
        int exact = 0, named = 0;
        foreach (var damage in Enum.GetValues<Damage>())
        {
            for (var place = 0; place < Places * LongForm.Factor; place++)
            {
                var disk = image.Disk.Copy(place);
                var (path, offset) = image.PlaceIn(files, random);
                Apply(disk, path, offset, damage, random);
                if (await IsExactAsync(disk, image, path, $"{damage} at {offset} of '{path}'"))
                    exact++;
                else
                    named++;
            }
        }

        output.WriteLine($"{files}: {exact} recovered, {named} named");
        Assert.Equal(4 * Places * LongForm.Factor, exact + named);
    }

    private static void Apply(SimulatedDisk disk, string path, int offset, Damage damage, Random random)
    {
        var bytes = disk.ReadFile(path);
        switch (damage)
        {
            case Damage.FlippedBit:
                bytes[offset] ^= (byte)(1 << random.Next(8));
                break;
            case Damage.ZeroedSector:
                bytes.AsSpan(offset / 512 * 512, Math.Min(512, bytes.Length - (offset / 512 * 512))).Clear();
                break;
            case Damage.SwappedWords:
                var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
                int left = Math.Min(offset / 8, words.Length - 1), right = random.Next(words.Length);
                (words[left], words[right]) = (words[right], words[left]);
                break;
            case Damage.CutFile:
                bytes = bytes[..offset];
                break;
        }

        disk.PutFile(path, bytes);
    }

    /// <summary>True when everything is as it was; false when the damage was named; fails otherwise.</summary>
    private static async Task<bool> IsExactAsync(SimulatedDisk disk, DamageImage image, string path, string what)
    {
        Store store;
        try
        {
            store = await SimulatedStore.OpenAsync(disk, image.Options);
        }
        catch (StoreException error)
        {
            AssertNamed(error.Message, path, what);
            return false;
        }

        try
        {
            var isExact = true;
            foreach (var lane in store.Status)
                isExact &= IsExact(store, lane, image, path, what);
            if (store.Status.All(lane => lane.State != LaneState.Refused))
            {
                var keys = store.ScanKeys(SimulatedStore.Things, default).Select(key => Convert.ToHexString(key.Key));
                Assert.Equal(image.Entries.Select(entry => Convert.ToHexString(entry.Key)), keys);
            }

            return isExact;
        }
        finally
        {
            await store.DisposeAsync().AsTask().WaitAsync(SimulatedStore.Patience);
        }
    }

    private static bool IsExact(Store store, LaneStatus lane, DamageImage image, string path, string what)
    {
        if (lane.State == LaneState.Refused)
        {
            Assert.Contains($"lane-{lane.Lane:D3}", path, StringComparison.Ordinal);
            AssertNamed(lane.Reason, path, what);
            return false;
        }

        var isExact = true;
        foreach (var (key, value) in image.Entries.Where(entry => image.LaneOf(entry.Key) == lane.Lane))
        {
            try
            {
                var read = store.Read(SimulatedStore.Things, key);
                Assert.True(read is not null, $"{what}: an entry is missing and nothing says so");
                Assert.True(read.Value.Bytes.AsSpan().SequenceEqual(value.Bytes), $"{what}: an entry is served with wrong bytes");
            }
            catch (StoreException error)
            {
                Assert.Equal(StoreFault.Damaged, error.Fault);
                AssertNamed(error.Message, path, what);
                isExact = false;
            }
        }

        return isExact;
    }

    /// <summary>The message has the damaged file's name, or that of its directory.</summary>
    private static void AssertNamed(string message, string path, string what) => Assert.True(
        message.Contains(path, StringComparison.Ordinal) || message.Contains($"'{Path.GetDirectoryName(path)}'", StringComparison.Ordinal),
        $"{what} is not named: {message}");
}
