using Asteri.Engine.Storage.Faster;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;
using Asteri.Engine.Storage.Snapshots;

namespace Asteri.Engine.Tests.Storage.Snapshots;

public sealed class SnapshotManifestTests
{
    [Fact]
    public void TryParse_ThereAndBack_TheSame()
    {
        var manifest = Make();
        Assert.True(SnapshotManifest.TryParse(manifest.ToBytes(), out var parsed, out _));
        Assert.Equal(manifest.ToBytes(), parsed.ToBytes());
        Assert.Equal(manifest.Token.Seqs, parsed.Token.Seqs);
    }

    [Fact]
    public void TryParse_AnyByteChangedOrCutOff_Refused()
    {
        var bytes = Make().ToBytes();
        for (var at = 0; at < bytes.Length; at += 7)
        {
            bytes[at] ^= 0x20;
            Assert.False(SnapshotManifest.TryParse(bytes, out _, out _));
            bytes[at] ^= 0x20;
            Assert.False(SnapshotManifest.TryParse(bytes.AsSpan(0, at), out _, out _));
        }
    }

    [Theory]
    [InlineData("lane-000.log.segment.0", true)]
    [InlineData("lane-000.values.segment.17", true)]
    [InlineData("lane-000.checkpoint.keys", true)]
    [InlineData("lane-000.checkpoint.index.meta", true)]
    [InlineData("lane-001.log.segment.0", false)]
    [InlineData("lane-000.log.segment.01", false)]
    [InlineData("lane-000.log.segment.-1", false)]
    [InlineData("lane-000.log.segment.99999999999", false)]
    [InlineData("lane-000.log.segment.0/../../x", false)]
    [InlineData("lane-000.checkpoint.../../x", false)]
    [InlineData("lane-000.checkpoint.other", false)]
    [InlineData("lane-000.other.segment.0", false)]
    [InlineData("../lane-000.log.segment.0", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("", false)]
    public void TryPlace_OnlyNamesThatASnapshotHas(string name, bool isKnown) =>
        Assert.Equal(isKnown, SnapshotNames.TryPlace(name, 0, 3, out _));

    private static SnapshotManifest Make()
    {
        var store = new StoreManifest(Guid.NewGuid(), 2, 4096, 65536, SlotMap.Even(2));
        return new SnapshotManifest(store, [.. Enumerable.Range(0, 2).Select(lane => new SnapshotLane(
            new LaneManifest { StoreId = store.StoreId, Lane = lane, Checkpoint = 3, AppliedSeq = 100, LogBegin = 64, LogCommitted = 5000 },
            new Commit(6000, 120, 4),
            [new FileStamp(SnapshotNames.LogSegment(lane, 0), 6000, 1), new FileStamp(SnapshotNames.CheckpointFile(lane, "keys"), 77, 2)]))]);
    }
}
