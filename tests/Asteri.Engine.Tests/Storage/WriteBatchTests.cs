using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage;

public sealed class WriteBatchTests
{
    private static readonly Space Space = new(RecordKind.Bytes, 1);
    private static readonly StoreOptions Limits = new() { Directory = "data", MaxKeyBytes = 32, MaxValueBytes = 100, MaxBatchBytes = 1_000 };

    [Fact]
    public void Put_ManyKeys_EveryOperationInTheLaneOfItsSlotInOrder()
    {
        var slots = SlotMap.Even(4);
        var batch = new WriteBatch(Limits with { MaxBatchBytes = 1 << 20 }, slots, default);
        for (var i = 0; i < 1_000; i++)
            batch.Put(Space, BitConverter.GetBytes(i), BitConverter.GetBytes(i * 2));
        Assert.Equal(1_000, batch.Count);
        Assert.Equal(batch.Lanes.Sum(lane => (long)lane.Bytes.Length), batch.ByteSize);
        Assert.Equal([0, 1, 2, 3], batch.Lanes.Select(lane => lane.Lane).Order());
        foreach (var lane in batch.Lanes)
        {
            var previous = -1;
            foreach (var op in new LogOps(lane.Bytes))
            {
                var i = BitConverter.ToInt32(op.Key);
                Assert.True(i > previous && slots.LaneOf(Space, op.Key) == lane.Lane && BitConverter.ToInt32(op.Value) == i * 2);
                previous = i;
            }

            Assert.True(LogOps.AreWhole(lane.Bytes, lane.Count));
        }
    }

    [Fact]
    public void Delete_EntryOfAnAppend_LaneOfTheAppend()
    {
        var batch = new WriteBatch(Limits, SlotMap.Even(256), default);
        batch.Append(Space, "user"u8, "x"u8);
        batch.Delete(Space, [.. "user"u8, 0, 0, 0, 0, 0, 0, 1, 7]);
        Assert.Single(batch.Lanes);
    }

    [Fact]
    public void Put_KeyTooLong_InvalidWithValueAndLimit()
    {
        var batch = new WriteBatch(Limits, SlotMap.Even(1), default);
        Says(() => batch.Put(Space, new byte[33], default), "key", "33", "32");
        Says(() => batch.Delete(Space, new byte[33]), "key", "33", "32");
        Says(() => batch.Append(Space, new byte[25], default), "key", "25", "24");
        Says(() => batch.Put(Space, default, default), "key", "empty", "32");
        Says(() => batch.Put(Space, new byte[32], new byte[101]), "value", "101", "100");
        Assert.Equal((0, 0L), (batch.Count, batch.ByteSize));
    }

    [Fact]
    public void Put_BatchTooLarge_InvalidAndTheBatchStaysAsItWas()
    {
        var batch = new WriteBatch(Limits, SlotMap.Even(1), default);
        for (var i = 0; i < 8; i++)
            batch.Put(Space, [(byte)i], new byte[100]);
        Says(() => batch.Put(Space, [8], new byte[100]), "batch", "1017", "1000");
        Assert.Equal(8, batch.Count);
        Assert.Equal(8u, batch.Lanes[0].Count);
    }

    [Fact]
    public void Seal_Twice_Invalid()
    {
        var batch = new WriteBatch(Limits, SlotMap.Even(1), RequestId.New()).Put(Space, "a"u8, "b"u8);
        batch.Seal();
        Assert.Equal(Compute.Memory.Crc32C.Compute(batch.Lanes[0].Bytes), batch.Lanes[0].Crc);
        Says(batch.Seal, "already");
        Says(() => batch.Put(Space, "a"u8, "b"u8), "already");
        batch.Release();
        batch.Release();
    }

    private static void Says(Action action, params string[] words)
    {
        var error = Assert.Throws<StoreException>(action);
        Assert.Equal(StoreFault.Invalid, error.Fault);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }
}
