using Asteri.Engine.Storage;
using static Asteri.Engine.Tests.Storage.StoreRig;

namespace Asteri.Engine.Tests.Storage;

public sealed class StoreTests
{
    [Fact]
    public async Task Write_ThenRead_SeesIt()
    {
        await using var rig = await StoreRig.OpenAsync();
        var token = await rig.PutAsync("a", "one");
        Assert.Equal("one", rig.Get("a"));
        Assert.Null(rig.Get("b"));
        Assert.Equal(1UL, token.Seqs[0]);
        Assert.Equal(1UL, rig.Store.Read(Things, Bytes("a"))!.Value.Seq);
    }

    [Fact]
    public async Task Delete_ThenRead_SeesNothing()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync("a", "one");
        await rig.DeleteAsync("a");
        Assert.Null(rig.Get("a"));
        Assert.Equal(0, rig.Store.Count(Things));
        await rig.PutAsync("a", "two");
        Assert.Equal("two", rig.Get("a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reopen_AfterWritesAndDeletes_HasTheSame(bool withCheckpoint)
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 3 });
        for (var i = 0; i < 500; i++)
            await rig.PutAsync($"key-{i:D4}", $"value {i}");
        if (withCheckpoint)
            await rig.Store.CheckpointAsync();
        for (var i = 0; i < 500; i += 5)
            await rig.DeleteAsync($"key-{i:D4}");
        await rig.ReopenAsync();
        Assert.All(rig.Store.Status, lane => Assert.Equal((LaneState.Healthy, ""), (lane.State, lane.Reason)));
        for (var i = 0; i < 500; i++)
            Assert.Equal(i % 5 == 0 ? null : $"value {i}", rig.Get($"key-{i:D4}"));
        Assert.Equal(400, rig.Store.Count(Things));
        Assert.Equal(400, rig.Keys().Length);
    }

    [Fact]
    public async Task Write_OperationsOfOneBatch_LastOneCounts()
    {
        await using var rig = await StoreRig.OpenAsync();
        var batch = rig.Store.NewBatch().Put(Things, Bytes("a"), Bytes("1")).Delete(Things, Bytes("a")).Put(Things, Bytes("a"), Bytes("2"))
            .Put(Things, Bytes("b"), Bytes("1")).Delete(Things, Bytes("b"));
        var token = await rig.Store.WriteAsync(batch);
        Assert.Equal(5UL, token.Seqs[0]);
        Assert.Equal("2", rig.Get("a"));
        Assert.Null(rig.Get("b"));
        Assert.Equal(["a"], rig.Keys());
    }

    [Fact]
    public async Task Write_BatchLargerThanARecord_IsSplitAndComesBackWhole()
    {
        await using var rig = await StoreRig.OpenAsync();
        var batch = rig.Store.NewBatch(new RequestId(1, 2));
        for (var i = 0; i < 300; i++)
            batch.Put(Things, Bytes($"key-{i:D4}"), new byte[5000]);
        var token = await rig.Store.WriteAsync(batch);
        Assert.Equal(300UL, token.Seqs[0]);
        await rig.ReopenAsync();
        Assert.Equal(300, rig.Store.Count(Things));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(5000, rig.Store.Read(Things, Bytes($"key-{i:D4}"))!.Value.Bytes.Length));
    }

    [Fact]
    public async Task Append_SameKey_EveryEntryHasItsSeq()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 4 });
        for (var i = 0; i < 10; i++)
            await rig.Store.WriteAsync(rig.Store.NewBatch().Append(Things, Bytes("user"), Bytes($"{i}")));
        var entries = rig.Store.Scan(Things, Bytes("user")).ToArray();
        Assert.Equal(10, entries.Length);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), entries.Select(entry => System.Text.Encoding.UTF8.GetString(entry.Value.Bytes)));
        Assert.All(entries, entry => Assert.Equal(entry.Value.Bytes, rig.Store.Read(Things, entry.Key)!.Value.Bytes));
    }

    [Fact]
    public async Task Scan_ManyLanes_KeyOrderPrefixAndAfter()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 5 });
        var batch = rig.Store.NewBatch();
        foreach (var i in Enumerable.Range(0, 200).Reverse())
            batch.Put(Things, Bytes($"a{i:D3}"), Bytes("x"));
        batch.Put(Things, Bytes("b"), Bytes("x")).Put(new Space(RecordKind.Bytes, 2), Bytes("a001"), Bytes("x"));
        await rig.Store.WriteAsync(batch);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"a{i:D3}").Append("b"), rig.Keys());
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"a{i:D3}"), rig.Keys("a01"));
        Assert.Equal(["a199", "b"], rig.Keys("", "a198"));
        Assert.Equal(["a199"], rig.Keys("a", "a198"));
    }

    [Fact]
    public async Task Open_DirectoryThatIsOpen_Refused()
    {
        await using var rig = await StoreRig.OpenAsync();
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.OpenAsync(rig.Options));
        Assert.Equal(StoreFault.ReadOnly, error.Fault);
        Assert.Contains("LOCK", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DirectoryWithForeignFiles_Refused()
    {
        await using var rig = await StoreRig.OpenAsync();
        Directory.CreateDirectory(rig["other"]);
        await File.WriteAllTextAsync(Path.Combine(rig["other"], "notes.txt"), "mine");
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.OpenAsync(rig.Options with { Directory = rig["other"] }));
        Assert.Equal(StoreFault.Invalid, error.Fault);
        Assert.Contains("notes.txt", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(rig["other"], "notes.txt")));
    }

    [Fact]
    public async Task Open_OtherLaneCountAndPage_KeepsWhatTheStoreWasMadeWith()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with { Lanes = 2 });
        await rig.PutAsync("a", "one");
        await rig.ReopenAsync(options => options with { Lanes = 7, PageBytes = 128 << 10, SegmentBytes = 1 << 20 });
        Assert.Equal(2, rig.Store.Status.Count);
        Assert.Equal("one", rig.Get("a"));
    }

    [Fact]
    public async Task Closed_EveryCall_SaysSo()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.Store.DisposeAsync();
        Assert.Equal(StoreFault.Closed, Assert.Throws<StoreException>(() => rig.Get("a")).Fault);
        Assert.Equal(StoreFault.Closed, (await Assert.ThrowsAsync<StoreException>(() => rig.PutAsync("a", "b"))).Fault);
        Assert.Equal(StoreFault.Closed, Assert.Throws<StoreException>(() => rig.Keys()).Fault);
    }

    [Fact]
    public async Task Write_ManyRecordsOfMoreThanHalfAPage_HaveTheirRoom()
    {
        await using var rig = await StoreRig.OpenAsync(options => options with
        {
            MaxKeyBytes = 64,
            MaxValueBytes = 2048,
            PageBytes = 4096,
            SegmentBytes = 4096,
            ValueMemoryBytes = 16_384,
        });
        // Each operation is one byte too long to share a page: what a record adds to it decides how many pages they take.
        var batch = rig.Store.NewBatch();
        for (var i = 0; i < 400; i++)
            batch.Put(Things, Bytes($"{i:D4}"), new byte[1985 - 16]);
        await rig.Store.WriteAsync(batch);
        Assert.Equal((400L, ""), (rig.Store.Count(Things), rig.Store.Status[0].Reason));
    }

    [Fact]
    public async Task Read_KeyLongerThanTheLimitOfToday_IsFound()
    {
        await using var rig = await StoreRig.OpenAsync();
        await rig.PutAsync(new string('k', 500), "x");
        await rig.ReopenAsync(options => options with { MaxKeyBytes = 100 });
        Assert.Equal("x", rig.Get(new string('k', 500)));
    }
}
