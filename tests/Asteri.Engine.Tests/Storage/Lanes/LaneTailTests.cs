using Asteri.Engine.Storage.Lanes;

namespace Asteri.Engine.Tests.Storage.Lanes;

public sealed class LaneTailTests
{
    [Fact]
    public async Task WaitFor_SeveralSeqs_EachWokenWhenItsOwnIsReached()
    {
        var tail = new LaneTail(5, 100);
        await tail.WaitForAsync(5, CancellationToken.None);
        var six = tail.WaitForAsync(6, CancellationToken.None).AsTask();
        var eight = tail.WaitForAsync(8, CancellationToken.None).AsTask();
        tail.MoveTo(7, 200);
        await six.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(eight.IsCompleted);
        tail.MoveTo(8, 300);
        await eight.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((8UL, 300L), tail.Position);
    }

    [Fact]
    public async Task End_WhoeverWaitsNowOrLater_IsToldWhy()
    {
        var tail = new LaneTail(5, 100);
        var now = tail.WaitForAsync(6, CancellationToken.None).AsTask();
        tail.End(new InvalidOperationException("gone"));
        Assert.Equal("gone", (await Assert.ThrowsAsync<InvalidOperationException>(() => now.WaitAsync(TimeSpan.FromSeconds(30)))).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => tail.WaitForAsync(6, CancellationToken.None).AsTask());
        await tail.WaitForAsync(5, CancellationToken.None);
    }
}
