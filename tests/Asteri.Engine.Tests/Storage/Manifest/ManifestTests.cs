using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Manifest;

public sealed class ManifestTests
{
    private static readonly StoreManifest Store = new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 3, 4 << 20, 64 << 20, SlotMap.Even(3));

    private static readonly LaneManifest Lane = new()
    {
        StoreId = Store.StoreId,
        Lane = 2,
        Epoch = 9,
        Checkpoint = 17,
        AppliedSeq = 123_456_789_012,
        LogBegin = 64,
        LogCommitted = 1L << 40,
        ValueToken = Guid.Parse("10112233-4455-6677-8899-aabbccddeeff"),
        IndexToken = Guid.Parse("20112233-4455-6677-8899-aabbccddeeff"),
        Files = [new FileStamp("checkpoints/17/keys", 1L << 33, 0xAABBCCDD), new FileStamp("checkpoints/17/index.0", 0, 0)],
    };

    [Fact]
    public void StoreManifest_ThereAndBack_TheSame()
    {
        var bytes = Store.ToBytes();
        Assert.True(bytes.Length <= StoreManifest.SlotBytes - TwoSlotFile.HeaderBytes);
        Assert.True(StoreManifest.TryParse(bytes, out var parsed, out _));
        Assert.Equal((Store.StoreId, Store.Lanes, 4 << 20, 64 << 20), (parsed.StoreId, parsed.Lanes, parsed.PageBytes, parsed.SegmentBytes));
        Assert.True(parsed.Slots.Lanes.SequenceEqual(Store.Slots.Lanes));
    }

    [Fact]
    public void LaneManifest_ThereAndBack_TheSame()
    {
        Assert.True(LaneManifest.TryParse(Lane.ToBytes(), out var parsed, out _));
        Assert.Equal(Lane.Files, parsed.Files);
        Assert.Equal(Lane, parsed with { Files = Lane.Files });
    }

    [Fact]
    public void LaneManifest_FixedContent_FrozenBytes() => Assert.Equal(
        "01000000" + "33221100554477668899AABBCCDDEEFF" + "02000000" + "0900000000000000" + "1100000000000000" + "141A99BE1C000000"
        + "4000000000000000" + "0000000000010000" + "33221110554477668899AABBCCDDEEFF" + "33221120554477668899AABBCCDDEEFF" + "02000000"
        + "1300" + Convert.ToHexString("checkpoints/17/keys"u8) + "0000000002000000" + "DDCCBBAA"
        + "1600" + Convert.ToHexString("checkpoints/17/index.0"u8) + "0000000000000000" + "00000000",
        Convert.ToHexString(Lane.ToBytes()));

    [Fact]
    public void StoreManifest_LaneThatDoesNotExist_RefusedWithTheFault()
    {
        var bytes = Store.ToBytes();
        bytes[32] = 3;
        Assert.False(StoreManifest.TryParse(bytes, out _, out var fault));
        Assert.Contains("3 lanes", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../keys")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("café")]
    public void LaneManifest_NameThatLeadsElsewhere_Refused(string name)
    {
        var manifest = Lane with { Files = [new FileStamp(name, 1, 2)] };
        Assert.False(LaneManifest.TryParse(manifest.ToBytes(), out _, out var fault));
        Assert.Contains("a file", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void LaneManifest_ContradictionOrDuplicate_Refused()
    {
        Assert.False(LaneManifest.TryParse((Lane with { LogCommitted = 63 }).ToBytes(), out _, out _));
        Assert.False(LaneManifest.TryParse((Lane with { LogBegin = -1 }).ToBytes(), out _, out _));
        Assert.False(LaneManifest.TryParse((Lane with { Files = [Lane.Files[0], Lane.Files[0]] }).ToBytes(), out _, out _));
        Assert.False(LaneManifest.TryParse((Lane with { Files = [Lane.Files[0] with { Bytes = -1 }] }).ToBytes(), out _, out _));
    }

    [Fact]
    public void TryParse_LaterFormat_RefusedWithBothNumbers()
    {
        byte[] lane = Lane.ToBytes(), store = Store.ToBytes();
        lane[0] = store[0] = 2;
        Assert.False(LaneManifest.TryParse(lane, out _, out var laneFault));
        Assert.False(StoreManifest.TryParse(store, out _, out var storeFault));
        Assert.All([laneFault, storeFault], fault => Assert.Contains("format 2; this version reads format 1", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void TryParse_CutOrRandomBytes_NeverThrows()
    {
        byte[] lane = Lane.ToBytes(), store = Store.ToBytes();
        for (var length = 0; length < lane.Length; length++)
            Assert.False(LaneManifest.TryParse(lane.AsSpan(0, length), out _, out _));
        for (var length = 0; length < store.Length; length += 7)
            Assert.False(StoreManifest.TryParse(store.AsSpan(0, length), out _, out _));
        var random = new Random(3);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])lane.Clone();
            random.NextBytes(bytes.AsSpan(random.Next(bytes.Length), 1));
            random.NextBytes(bytes.AsSpan(96, random.Next(8)));
            Assert.Equal(LaneManifest.TryParse(bytes, out var parsed, out var fault), parsed is not null && fault.Length == 0);
        }
    }
}
