using System.Buffers.Binary;
using System.Text;
using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Records;

public sealed class SlotsTests
{
    private static readonly Space Space = new(RecordKind.Bytes, 1);

    /// <summary>Part of the format: a change would make every entry of every store unfindable.</summary>
    [Theory]
    [InlineData(RecordKind.Bytes, 1u, "", 837)]
    [InlineData(RecordKind.Bytes, 1u, "a", 3501)]
    [InlineData(RecordKind.Bytes, 2u, "a", 1178)]
    [InlineData(RecordKind.Document, 1u, "a", 2109)]
    [InlineData(RecordKind.Document, 1u, "a much longer key, of a document", 2628)]
    [InlineData(RecordKind.Signal, 4_000_000_000u, "user-123", 2521)]
    public void Of_FixedKeys_FrozenSlots(RecordKind kind, uint id, string key, int slot) =>
        Assert.Equal(slot, Slots.Of(new Space(kind, id), Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Of_EntryOfAnAppend_SlotOfItsKey()
    {
        const int seed = 1;
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var key = new byte[random.Next(1, 24)];
            random.NextBytes(key);
            if (key.Length > 8 && i % 2 == 0)
                key[^8] = 0;
            var entry = new byte[key.Length + 8];
            key.CopyTo(entry, 0);
            BinaryPrimitives.WriteUInt64BigEndian(entry.AsSpan(key.Length), (ulong)random.NextInt64(1L << 56));
            Assert.Equal(Slots.Of(Space, key, isAppend: true), Slots.Of(Space, entry));
        }
    }

    [Theory]
    [InlineData("doc-{0}")]
    [InlineData("{0:D12}")]
    [InlineData("tenant/{0:x8}/item")]
    public void Of_NumberedKeys_SpreadOverAllSlots(string form)
    {
        var counts = new int[Slots.Count];
        for (var i = 0; i < 64 * Slots.Count; i++)
            counts[Slots.Of(Space, Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i)))]++;
        Assert.InRange(counts.Min(), 20, 64);
        Assert.InRange(counts.Max(), 64, 120);
    }

    [Fact]
    public void Even_SevenLanes_AllLanesAlike()
    {
        var map = SlotMap.Even(7);
        var counts = map.Lanes.ToArray().GroupBy(lane => lane).ToDictionary(lane => (int)lane.Key, lane => lane.Count());
        Assert.Equal(7, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 585, 586));
    }
}
