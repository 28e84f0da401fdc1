using Asteri.Server.Security;

namespace Asteri.Server.Tests.Security;

public sealed class PeerFailuresTests
{
    [Fact]
    public void TryCount_MoreThanAllowed_SaysWhenToComeAgain()
    {
        using var failures = new PeerFailures(3);
        for (int i = 0; i < 3; i++) { Assert.True(failures.TryCount($"192.0.2.1:{40_000 + i}", out _)); }

        Assert.False(failures.TryCount("192.0.2.1:50000", out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        Assert.True(failures.TryCount("192.0.2.2:50000", out _));
    }

    [Theory]
    [InlineData("192.0.2.1:1", "192.0.2.1:2", true)]
    [InlineData("[::ffff:192.0.2.1]:1", "192.0.2.1:2", true)]
    [InlineData("[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:7", true)]
    [InlineData("[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1", false)]
    [InlineData("192.0.2.1:1", "192.0.2.3:1", false)]
    public void PartitionOf_TwoPeers_AreOneWhereOneSubscriberHasBoth(string one, string other, bool same) =>
        Assert.Equal(same, PeerFailures.PartitionOf(one) == PeerFailures.PartitionOf(other));
}
