using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage;

public sealed class RequestIdTests
{
    [Fact]
    public void From_SameScopeAndText_SameId() => Assert.Equal(RequestId.From("tenant", "42"), RequestId.From("tenant", "42"));

    [Fact]
    public void From_BytesMovedBetweenScopeAndText_AnotherId() => Assert.NotEqual(RequestId.From("a", "bc"), RequestId.From("ab", "c"));

    [Fact]
    public void From_FixedText_FrozenId() => Assert.Equal(new RequestId(4833287580738816524, 7247724168843100014), RequestId.From("scope", "text"));

    [Fact]
    public void New_Twice_TwoIds()
    {
        Assert.NotEqual(RequestId.New(), RequestId.New());
        Assert.False(RequestId.New().IsNone);
        Assert.True(default(RequestId).IsNone);
    }
}
