using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Lanes;

namespace Asteri.Engine.Tests.Storage.Lanes;

public sealed class SpaceWatchTests
{
    private readonly KnobDisk _disk = new() { Free = 1000 << 20 };
    private readonly ManualTime _time = new();

    [Fact]
    public void Check_DiskFilledByOthers_NoticedAfterAMoment()
    {
        var watch = new SpaceWatch(_disk, ".", 100 << 20, _time);
        watch.Check(1);
        _disk.Free = 1;
        watch.Check(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(StoreFault.OutOfSpace, Assert.Throws<StoreException>(() => watch.Check(1)).Fault);
    }

    [Fact]
    public void Check_DiskFilledByWrites_NoticedWithoutTime()
    {
        var watch = new SpaceWatch(_disk, ".", 100 << 20, _time);
        watch.Check(1);
        _disk.Free = 1;
        Assert.Throws<StoreException>(() =>
        {
            for (var i = 0; i < 100; i++)
                watch.Check(1 << 20);
        });
    }

    [Fact]
    public void Check_RoomAgain_NoticedAtOnce()
    {
        _disk.Free = 1;
        var watch = new SpaceWatch(_disk, ".", 100 << 20, _time);
        Assert.Throws<StoreException>(() => watch.Check(1));
        _disk.Free = 100 << 20;
        watch.Check(1);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += (long)(time.TotalSeconds * TimestampFrequency);
    }
}
