using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Disk;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class FaultTests
{
    [Theory]
    [InlineData("write", "/log/")]
    [InlineData("sync", "/log/")]
    [InlineData("write", "COMMIT")]
    [InlineData("sync", "COMMIT")]
    public async Task Write_LogFails_LaneIsReadOnlyUntilItIsReopened(string operation, string file)
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        await rig.PutAsync("a", "one");
        disk.Fails = (what, path) => what == operation && path.Contains(file, StringComparison.Ordinal) ? new IOException("broken") : null;
        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("b", "two"));
            Assert.Equal(StoreFault.ReadOnly, error.Fault);
            Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(LaneState.ReadOnly, rig.Store.Status[0].State);
        Assert.Equal("one", rig.Get("a"));
        disk.Fails = (_, _) => null;
        Assert.Equal(StoreFault.ReadOnly, (await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("b", "two"))).Fault);
        Assert.Equal(LaneState.Healthy, (await rig.Store.ReopenLaneAsync(0)).State);
        Assert.Equal("one", rig.Get("a"));
        await rig.PutAsync("b", "three");
        Assert.Equal("three", rig.Get("b"));
    }

    [Fact]
    public async Task Write_ValuesFail_NothingHangsAndNothingAcknowledgedIsLost()
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        disk.Fails = (what, path) => what == "write" && path.Contains("/values/", StringComparison.Ordinal) ? new IOException("broken") : null;
        var acknowledged = 0;
        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; acknowledged < 5000; acknowledged++)
                await rig.PutAsync($"{acknowledged}", new string('x', 4000)).WaitAsync(TimeSpan.FromSeconds(30));
        });
        Assert.Equal(StoreFault.ReadOnly, error.Fault);
        disk.Fails = (_, _) => null;
        await rig.Store.ReopenLaneAsync(0);
        for (var i = 0; i < acknowledged; i++)
            Assert.Equal(4000, rig.Get($"{i}")!.Length);
    }

    [Fact]
    public async Task Write_UnderTheWatermark_RefusedWithoutATraceAndGoesOnByItself()
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync(options => options with { MinFreeBytes = 1 << 20 });
        await using var _ = rig;
        await rig.PutAsync("a", "one");
        disk.Free = (1 << 20) - 1;
        await Task.Delay(300);
        var error = await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("b", "two", new RequestId(1, 1)));
        Assert.Equal(StoreFault.OutOfSpace, error.Fault);
        Assert.Equal((1UL, LaneState.ReadOnly), (rig.Store.Status[0].LastSeq, rig.Store.Status[0].State));
        Assert.Equal("one", rig.Get("a"));
        disk.Free = 1 << 20;
        await rig.PutAsync("b", "two", new RequestId(1, 1));
        Assert.Equal((2UL, LaneState.Healthy), (rig.Store.Status[0].LastSeq, rig.Store.Status[0].State));
    }

    [Fact]
    public async Task Write_UnderTheWatermarkWithALongLog_ACheckpointGivesTheLogBack()
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync(options => options with { MinFreeBytes = 1 << 20 });
        await using var _ = rig;
        for (var i = 0; i < 300; i++)
            await rig.PutAsync($"{i % 10}", new string('x', 4000));
        var before = rig.Store.Status[0].LogBytes;
        disk.Free = 1000;
        await Task.Delay(300);
        await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("b", "two"));
        for (var i = 0; i < 500 && rig.Store.Status[0].LogBytes >= before; i++)
            await Task.Delay(20);
        Assert.True(rig.Store.Status[0].LogBytes < before);
        Assert.Equal(300UL, rig.Store.Status[0].CheckpointSeq);
    }

    [Theory]
    [InlineData("/log/")]
    [InlineData("/values/")]
    public async Task Write_NoRoomForTheNextSegment_RefusedBeforeAnythingAndGoesOnByItself(string file)
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        await rig.PutAsync("a", "one");
        disk.Fails = (what, path) => what == "allocate" && path.Contains(file, StringComparison.Ordinal) ? new DiskFullException("full") : null;
        var written = 1UL;
        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; written < 5000; written++)
                await rig.PutAsync($"{written}", new string('x', 4000));
        });
        Assert.Equal(StoreFault.OutOfSpace, error.Fault);
        Assert.Equal(written, rig.Store.Status[0].LastSeq);
        disk.Fails = (_, _) => null;
        await rig.PutAsync("b", "two");
        Assert.Equal(LaneState.Healthy, rig.Store.Status[0].State);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("index.meta")]
    [InlineData("keys")]
    [InlineData("requests")]
    [InlineData("values.meta")]
    public async Task Checkpoint_FileCannotBeWritten_TheOlderOneStaysAndWritesGoOn(string name)
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        await rig.PutAsync("a", "one");
        await rig.Store.CheckpointAsync();
        await rig.PutAsync("b", "two");
        bool IsHit(string path) => path.Contains("checkpoints", StringComparison.Ordinal) && path.EndsWith($"/{name}", StringComparison.Ordinal);
        disk.Fails = (what, path) => what == "write" && IsHit(path) ? new DiskFullException("full") : null;
        await Assert.ThrowsAsync<StoreException>(() => rig.Store.CheckpointAsync());
        var status = rig.Store.Status[0];
        Assert.Equal((LaneState.Healthy, 1UL), (status.State, status.CheckpointSeq));
        Assert.Contains("full", status.Reason, StringComparison.Ordinal);
        await rig.PutAsync("c", "three");
        await using (var image = await rig.OpenCrashImageAsync("image"))
            Assert.Equal(3, image.Count(Things));
        disk.Fails = (_, _) => null;
        await rig.Store.CheckpointAsync();
        Assert.Equal((3UL, ""), (rig.Store.Status[0].CheckpointSeq, rig.Store.Status[0].Reason));
    }

    [Fact]
    public async Task Checkpoint_ManifestCannotBeWritten_LaneIsReadOnly()
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        await rig.PutAsync("a", "one");
        disk.Fails = (what, path) => what == "sync" && path.EndsWith("MANIFEST", StringComparison.Ordinal) ? new IOException("broken") : null;
        await Assert.ThrowsAsync<StoreException>(() => rig.Store.CheckpointAsync());
        Assert.Equal(StoreFault.ReadOnly, (await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("b", "two"))).Fault);
        disk.Fails = (_, _) => null;
        await rig.Store.ReopenLaneAsync(0);
        Assert.Equal("one", rig.Get("a"));
        await rig.PutAsync("b", "two");
    }

    [Fact]
    public async Task Read_DiskFails_SaysDamagedAndNotAbsent()
    {
        var (rig, disk) = await StoreRig.OpenOnKnobsAsync();
        await using var _ = rig;
        for (var i = 0; i < 500; i++)
            await rig.PutAsync($"{i}", new string('x', 4000));
        disk.Fails = (what, path) => what == "read" && path.Contains("/values/", StringComparison.Ordinal) ? new IOException("broken") : null;
        var error = Assert.Throws<StoreException>(() => rig.Get("0"));
        Assert.Equal(StoreFault.Damaged, error.Fault);
        disk.Fails = (_, _) => null;
        Assert.Equal(4000, rig.Get("0")!.Length);
    }
}
