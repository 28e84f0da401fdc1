using Asteri.Rpc.Framing;

namespace Asteri.Rpc.Tests.Framing;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("4m", 4)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("0n", 0)]
    [InlineData("99999999m", 99_999_999)]
    public void TryParse_OfEveryUnit_IsExact(string text, double milliseconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(milliseconds, timeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("100000000S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("1s")]
    [InlineData("1x")]
    [InlineData("١S")]
    public void TryParse_OfAnythingElse_SaysNo(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void TryParse_OfTheLongest_DoesNotOverflow()
    {
        Assert.True(GrpcTimeout.TryParse("99999999H", out var timeout));
        Assert.Equal(99_999_999, timeout.TotalHours);
    }

    [Fact]
    public void Format_OfAnyTimeout_IsReadBackNoShorterAndHardlyLonger()
    {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++)
        {
            var timeout = new TimeSpan((long)Math.Exp(random.NextDouble() * Math.Log(TimeSpan.FromDays(10_000).Ticks)));
            string text = GrpcTimeout.Format(timeout);
            Assert.InRange(text.Length, 2, 9);
            Assert.True(GrpcTimeout.TryParse(text, out var read));
            Assert.InRange(read.Ticks, timeout.Ticks, timeout.Ticks + Math.Max(10, timeout.Ticks / 1_000));
        }
    }

    [Fact]
    public void Format_OfNothingLeft_IsZero() => Assert.Equal("0u", GrpcTimeout.Format(TimeSpan.FromSeconds(-1)));
}
