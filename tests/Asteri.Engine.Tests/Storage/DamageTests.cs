using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class DamageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Open_CommitDamagedBehindACheckpoint_LosesNothing(int slot)
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 50; i++)
            await rig.PutAsync($"{i}", "x");
        // As every orderly stop does: now the older slot ends before the checkpoint.
        await rig.Store.CheckpointAsync();
        await using var image = await rig.OpenCrashImageAsync("image", path => Flip(Path.Combine(path, "lane-000", "COMMIT"), slot + 26));
        Assert.Equal("", image.Status[0].Reason);
        Assert.Equal(50, image.Count(Things));
        await image.WriteAsync(image.NewBatch().Put(Things, Bytes("new"), Bytes("y")));
        Assert.Equal(51UL, image.Status[0].LastSeq);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scrub_CheckpointFileUnreadable_TakesANewCheckpoint(bool isMissing)
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var open = rig;
        await rig.PutAsync("a", "b");
        await rig.Store.CheckpointAsync();
        var keys = Path.Combine(rig.Options.Directory, "lane-000", "checkpoints", "1", "keys");
        if (isMissing)
            File.Delete(keys);
        else
            disk.Fails = (operation, path) => operation == "read" && path == keys ? new IOException("EIO") : null;
        await rig.Store.ScrubAsync();
        Assert.False(File.Exists(keys));
        await using var image = await rig.OpenCrashImageAsync("image");
        Assert.Equal("", image.Status[0].Reason);
        Assert.Equal(1, image.Count(Things));
    }

    [Theory]
    [InlineData("log")]
    [InlineData("values")]
    [InlineData("checkpoints")]
    public async Task Open_StoreAndCommitMissing_KeepsWhatIsThere(string left)
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "b");
        await rig.Store.CheckpointAsync();
        var error = await Assert.ThrowsAsync<StoreException>(() => rig.OpenCrashImageAsync("image", path =>
        {
            File.Delete(Path.Combine(path, "STORE"));
            File.Delete(Path.Combine(path, "lane-000", "COMMIT"));
            foreach (var other in new[] { "log", "values", "checkpoints" }.Where(name => name != left))
                Directory.Delete(Path.Combine(path, "lane-000", other), recursive: true);
        }));
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(rig["image"], "lane-000", left)));
    }

    [Fact]
    public async Task CrashImage_AtAnyMoment_HasEverythingAcknowledged()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2 });
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 60; i++)
                await rig.PutAsync($"{round}-{i}", $"{round} {i} {new string('x', 1000)}");
            if (round % 2 == 1)
                await rig.Store.CheckpointAsync();
            await rig.PutAsync("last", $"{round}");
            await using var image = await rig.OpenCrashImageAsync($"image-{round}");
            Assert.All(image.Status, lane => Assert.Equal("", lane.Reason));
            Assert.Equal(CheckpointTests.Contents(rig.Store), CheckpointTests.Contents(image));
        }
    }

    [Fact]
    public async Task Open_NewestCommitDamaged_LosesNothing()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 51; i++)
            await rig.PutAsync($"{i}", "x");
        foreach (var slot in new[] { 0, 4096 })
        {
            await using var image = await rig.OpenCrashImageAsync($"image-{slot}", path => Flip(Path.Combine(path, "lane-000", "COMMIT"), slot + 26));
            Assert.Equal(51, image.Count(Things));
        }
    }

    [Fact]
    public async Task Open_TornTail_IsCut()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 20; i++)
            await rig.PutAsync($"{i}", "x");
        // The commit before the last one is the newest that is whole, and the last record is torn: it may have been acknowledged by nobody.
        await using var image = await rig.OpenCrashImageAsync("image", path =>
        {
            Flip(Path.Combine(path, "lane-000", "COMMIT"), NewestSlot(path) + 26);
            Flip(Path.Combine(path, "lane-000", "log", "segment.0"), LastByte(path));
        });
        Assert.Equal((19L, 19UL), (image.Count(Things), image.Status[0].LastSeq));
        await image.WriteAsync(image.NewBatch().Put(Things, Bytes("new"), Bytes("y")));
        Assert.Equal(20UL, image.Status[0].LastSeq);
    }

    [Theory]
    [InlineData("log/segment.0", "segment.0")]
    [InlineData("COMMIT", "COMMIT")]
    [InlineData("MANIFEST", "MANIFEST")]
    [InlineData("checkpoints/1/keys", "keys")]
    [InlineData("checkpoints/1/index", "index")]
    [InlineData("checkpoints/1/index.meta", "index.meta")]
    [InlineData("checkpoints/1/values.meta", "values.meta")]
    [InlineData("checkpoints/1/requests", "requests")]
    [InlineData("values/segment.0", "segment.0")]
    public async Task Open_WholeFileDamaged_LaneIsRefusedByNameAndTheOthersServe(string file, string named)
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2, LogRetentionBytes = 1 << 20 });
        for (var i = 0; i < 50; i++)
            await rig.PutAsync($"{i}", "before");
        await rig.Store.CheckpointAsync();
        for (var i = 0; i < 50; i++)
            await rig.PutAsync($"{i}", "after");
        await using var image = await rig.OpenCrashImageAsync("image", path => Scramble(Path.Combine(path, "lane-001", file)));
        Assert.Equal(LaneState.Healthy, image.Status[0].State);
        Assert.Equal(LaneState.Refused, image.Status[1].State);
        Assert.Contains(named, image.Status[1].Reason, StringComparison.Ordinal);
        string Read(int key) => image.Read(Things, Bytes($"{key}")) is { } found ? Convert.ToHexString(found.Bytes) : "absent";
        var outcomes = Enumerable.Range(0, 50).Select(i => Outcome(() => Read(i))).ToArray();
        Assert.All(outcomes, outcome => Assert.True(outcome is "refused" || outcome == Convert.ToHexString(Bytes("after")), outcome));
        Assert.Contains("refused", outcomes);
        Assert.Contains(Convert.ToHexString(Bytes("after")), outcomes);
        Assert.Equal(StoreFault.Damaged, Assert.Throws<StoreException>(() => image.ScanKeys(Things, default).Count()).Fault);
    }

    [Theory]
    [InlineData("COMMIT")]
    [InlineData("MANIFEST")]
    [InlineData("log/segment.0")]
    [InlineData("values/segment.0")]
    [InlineData("checkpoints/1/keys")]
    [InlineData("checkpoints/1/index")]
    public async Task Open_FileMissing_LaneIsRefusedByNameAndNotStartedEmpty(string file)
    {
        await using var rig = await CheckpointedAsync();
        await using var image = await rig.OpenCrashImageAsync("image", path => File.Delete(Path.Combine(path, "lane-000", file)));
        Assert.Equal(LaneState.Refused, image.Status[0].State);
        Assert.Contains(Path.GetFileName(file), image.Status[0].Reason, StringComparison.Ordinal);
        var error = Assert.Throws<StoreException>(() => image.Read(Things, Bytes("1")));
        Assert.Equal(StoreFault.Damaged, error.Fault);
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("swapped words")]
    [InlineData("cut off")]
    public async Task Open_CommittedEndOfTheLogLost_RefusedByName(string how)
    {
        await using var rig = await CheckpointedAsync();
        await using var image = await rig.OpenCrashImageAsync("image", path =>
        {
            var log = Path.Combine(path, "lane-000", "log", "segment.0");
            var bytes = File.ReadAllBytes(log);
            var end = (int)LastByte(path);
            if (how == "zeros")
                bytes.AsSpan(end - 200, 200).Clear();
            else if (how == "swapped words")
                (bytes[end - 24], bytes[end - 16]) = ((byte)(bytes[end - 16] + 1), (byte)(bytes[end - 24] + 1));
            else
                bytes = bytes[..(end - 200)];
            File.WriteAllBytes(log, bytes);
        });
        Assert.Equal(LaneState.Refused, image.Status[0].State);
        Assert.Contains("segment.0", image.Status[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ValueDamagedOnDisk_NamedNeverServed()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 1000; i++)
            await rig.PutAsync($"{i}", $"{i} {new string('x', 2000)}");
        await rig.Store.CheckpointAsync();
        // Everything but the end of the value log is on disk only.
        await using var image = await rig.OpenCrashImageAsync("image", path => Scramble(Path.Combine(path, "lane-000", "values", "segment.1")));
        int right = 0, damaged = 0;
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                var value = image.Read(Things, Bytes($"{i}"));
                Assert.Equal($"{i} {new string('x', 2000)}", System.Text.Encoding.UTF8.GetString(value!.Value.Bytes));
                right++;
            }
            catch (StoreException error) when (error.Fault == StoreFault.Damaged)
            {
                damaged++;
            }
        }

        Assert.True(right > 100 && damaged > 100, $"{right} right, {damaged} damaged");
        await image.ScrubAsync();
        Assert.Contains($"{damaged} damaged entries", image.Status[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrub_CheckpointFileDamaged_ANewCheckpointReplacesIt()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "one");
        await rig.Store.CheckpointAsync();
        Scramble(Path.Combine(rig.Options.Directory, "lane-000", "checkpoints", "1", "keys"));
        await rig.Store.ScrubAsync();
        await rig.Store.ScrubAsync();
        Assert.Equal("", rig.Store.Status[0].Reason);
        await rig.ReopenAsync();
        Assert.Equal("one", rig.Get("a"));
    }

    [Fact]
    public async Task Open_StoreFileGone_RefusedAndNotMadeAnew()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "one");
        var opening = rig.OpenCrashImageAsync("image", path => File.Delete(Path.Combine(path, "STORE")));
        var error = await Assert.ThrowsAsync<StoreException>(() => opening);
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.True(File.Exists(Path.Combine(rig["image"], "lane-000", "COMMIT")));
    }

    private static async Task<StoreRig> CheckpointedAsync()
    {
        var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 20; i++)
            await rig.PutAsync($"{i}", "before");
        await rig.Store.CheckpointAsync();
        for (var i = 0; i < 20; i++)
            await rig.PutAsync($"{i}", "after");
        return rig;
    }

    private static string Outcome(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (StoreException error) when (error.Fault == StoreFault.Damaged)
        {
            return "refused";
        }
    }

    private static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ 0x10));
    }

    private static void Scramble(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 7; at < bytes.Length; at += 31)
            bytes[at] ^= 0x55;
        File.WriteAllBytes(path, bytes);
    }

    private static long NewestSlot(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(path, "lane-000", "COMMIT"));
        return BitConverter.ToUInt64(bytes, 8) > BitConverter.ToUInt64(bytes, 4096 + 8) ? 0 : 4096;
    }

    private static long LastByte(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(path, "lane-000", "log", "segment.0"));
        return Array.FindLastIndex(bytes, value => value != 0);
    }
}
