using Asteri.Engine.Storage.Lanes;

namespace Asteri.Engine.Tests.Storage.Lanes;

public sealed class SeqIndexTests
{
    [Fact]
    public void Find_AnySeq_NearestMarkBefore()
    {
        var index = new SeqIndex();
        for (ulong seq = 1; seq <= 1000; seq++)
            index.Add(seq, 64 + ((long)seq * 10_000));
        for (ulong seq = 1; seq <= 1000; seq++)
        {
            var mark = index.Find(seq)!.Value;
            Assert.True(mark.Seq <= seq && seq - mark.Seq < 8, $"{seq}: {mark}");
            Assert.Equal(64 + ((long)mark.Seq * 10_000), mark.Address);
        }
    }

    [Fact]
    public void StartAt_RecordBetweenMarks_IsTheFirst()
    {
        var index = new SeqIndex();
        for (ulong seq = 1; seq <= 100; seq++)
            index.Add(seq, (long)seq * 100_000);
        index.StartAt(50, 5_000_000);
        Assert.Equal((50UL, 5_000_000L), index.First);
        Assert.Null(index.Find(49));
        index.StartAt(60, 5_999_999);
        Assert.Equal((60UL, 5_999_999L), index.First);
        Assert.Equal((60UL, 5_999_999L), index.FindAddress(1));
    }

    [Fact]
    public void StartAt_NothingNoted_NotesIt()
    {
        var index = new SeqIndex();
        Assert.Null(index.FindAddress(5));
        index.StartAt(7, 700);
        Assert.Equal((7UL, 700L), index.Find(7));
    }
}
