using System.Text;
using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage.Snapshots;

public sealed class SnapshotTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Snapshot_LogEndsWithItsSegment_Restores(bool isCheckpointed)
    {
        await using var rig = await StoreRig.OpenAsync(options => options with
        {
            MaxKeyBytes = 64,
            MaxValueBytes = 2048,
            PageBytes = 4096,
            SegmentBytes = 4096,
            ValueMemoryBytes = 16_384,
        });
        // 12 bytes of FasterLog, 52 of the record, 12 of the operation and 4 of the key: two records fill the first segment, which begins at 64.
        for (var i = 0; i < 2; i++)
            await rig.PutAsync($"000{i}", new string('x', 1936));
        if (isCheckpointed)
            await rig.Store.CheckpointAsync();
        await rig.Store.SnapshotAsync(rig["snapshot"]);
        await Store.RestoreAsync(rig["snapshot"], rig["restored"]);
        await using var restored = await Store.OpenAsync(rig.Options with { Directory = rig["restored"] });
        Assert.Equal("", restored.Status[0].Reason);
        await restored.WriteAsync(restored.NewBatch().Put(Things, Bytes("a"), Bytes("goes on")));
        Assert.Equal(3, restored.Count(Things));
    }

    [Fact]
    public async Task Snapshot_SeveralAtOnce_AllEnd()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 4 });
        await rig.PutAsync("a", "b");
        for (var round = 0; round < 10; round++)
        {
            var snapshots = Enumerable.Range(0, 4).Select(number => Task.Run(() => rig.Store.SnapshotAsync(rig[$"snapshot-{round}-{number}"])));
            await Task.WhenAll(snapshots).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Snapshot_Restored_HoldsTheSame(int lanes)
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = lanes });
        for (var i = 0; i < 400; i++)
            await rig.PutAsync($"{i % 150}", $"{i} {new string('x', 1500)}");
        var token = await rig.Store.SnapshotAsync(rig["snapshot"]);
        var before = CheckpointTests.Contents(rig.Store);
        Assert.Equal(rig.Store.Now.Seqs, token.Seqs);
        await rig.PutAsync("later", "not in the snapshot");

        await Store.RestoreAsync(rig["snapshot"], rig["restored"]);
        await using var restored = await Store.OpenAsync(rig.Options with { Directory = rig["restored"] });
        Assert.All(restored.Status, lane => Assert.Equal("", lane.Reason));
        Assert.Equal(before, CheckpointTests.Contents(restored));
        Assert.Equal(token.Seqs, restored.Now.Seqs);
        await restored.WriteAsync(restored.NewBatch().Put(Things, Bytes("a"), Bytes("goes on")));
    }

    [Fact]
    public async Task Snapshot_EmptyStore_Restores()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2 });
        await rig.Store.SnapshotAsync(rig["snapshot"]);
        await Store.RestoreAsync(rig["snapshot"], rig["restored"]);
        await using var restored = await Store.OpenAsync(rig.Options with { Directory = rig["restored"] });
        Assert.Equal(0, restored.Count(Things));
        await restored.WriteAsync(restored.NewBatch().Put(Things, Bytes("a"), Bytes("goes on")));
    }

    [Fact]
    public async Task Snapshot_WhileManyWrite_HoldsAllThatWasAcknowledgedBefore()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2, CheckpointLogBytes = 200_000 });
        using var stop = new CancellationTokenSource();
        var acknowledged = new int[4];
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                await rig.PutAsync($"{writer}-{i % 40}", $"{i} {new string('x', 700)}");
                Volatile.Write(ref acknowledged[writer], i);
            }
        })).ToArray();
        for (var round = 0; round < 3; round++)
        {
            await Task.Delay(100);
            var before = acknowledged.ToArray();
            await rig.Store.SnapshotAsync(rig[$"snapshot-{round}"]);
            await Store.RestoreAsync(rig[$"snapshot-{round}"], rig[$"restored-{round}"]);
            await using var restored = await Store.OpenAsync(rig.Options with { Directory = rig[$"restored-{round}"] });
            var contents = restored.Scan(Things, default).ToDictionary(
                entry => Encoding.UTF8.GetString(entry.Key), entry => int.Parse(Encoding.UTF8.GetString(entry.Value.Bytes).Split(' ')[0]));
            for (var writer = 0; writer < 4; writer++)
            {
                // Each writer's values are a prefix of what it wrote: at least what it had been told.
                var own = contents.Where(entry => entry.Key.StartsWith($"{writer}-", StringComparison.Ordinal)).Select(entry => entry.Value);
                var last = own.DefaultIfEmpty(0).Max();
                Assert.True(last >= before[writer], $"writer {writer}: {last} of {before[writer]}");
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task Snapshot_DirectoryIsThere_Refused()
    {
        await using var rig = await StoreRig.OpenAsync();
        Directory.CreateDirectory(rig["snapshot"]);
        Assert.Equal(StoreFault.Invalid, (await Assert.ThrowsAsync<StoreException>(() => rig.Store.SnapshotAsync(rig["snapshot"]))).Fault);
    }

    [Fact]
    public async Task Snapshot_Cancelled_LeavesNothing()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 100; i++)
            await rig.PutAsync($"{i}", new string('x', 10_000));
        using var stop = new CancellationTokenSource();
        var progress = new Stop(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Store.SnapshotAsync(rig["snapshot"], progress, stop.Token));
        Assert.False(Directory.Exists(rig["snapshot"]));
        await rig.PutAsync("a", "the store goes on");
        await rig.Store.SnapshotAsync(rig["snapshot"]);
    }

    [Fact]
    public async Task Restore_TargetNotEmpty_Refused()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.Store.SnapshotAsync(rig["snapshot"]);
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.RestoreAsync(rig["snapshot"], rig.Options.Directory));
        Assert.Equal(StoreFault.Invalid, error.Fault);
    }

    [Fact]
    public async Task Restore_AnyFileMissingChangedOrAdded_RefusedAndNothingLeft()
    {
        await using var rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 100; i++)
            await rig.PutAsync($"{i}", new string('x', 5000));
        await rig.Store.SnapshotAsync(rig["snapshot"]);
        foreach (var path in Directory.EnumerateFiles(rig["snapshot"]).ToArray())
        {
            var bytes = await File.ReadAllBytesAsync(path);
            File.Delete(path);
            await RefusedAsync(rig, Path.GetFileName(path));
            var changed = bytes.ToArray();
            changed[changed.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(path, changed);
            await RefusedAsync(rig, Path.GetFileName(path));
            await File.WriteAllBytesAsync(path, bytes[..^1]);
            await RefusedAsync(rig, Path.GetFileName(path));
            File.Delete(path);
            File.CreateSymbolicLink(path, "/dev/null");
            await RefusedAsync(rig, Path.GetFileName(path));
            File.Delete(path);
            await File.WriteAllBytesAsync(path, bytes);
        }

        await File.WriteAllTextAsync(Path.Combine(rig["snapshot"], "extra"), "x");
        await RefusedAsync(rig, "extra");
        File.Delete(Path.Combine(rig["snapshot"], "extra"));
        await Store.RestoreAsync(rig["snapshot"], rig["restored"]);
    }

    private static async Task RefusedAsync(StoreRig rig, string name)
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.RestoreAsync(rig["snapshot"], rig["restored"]));
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(rig["restored"]));
    }

    private sealed class Stop(CancellationTokenSource stop) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => stop.Cancel();
    }
}
