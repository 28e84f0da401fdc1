using System.Text.RegularExpressions;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Security;

public sealed class NamePatternsTests
{
    public static TheoryData<int> SomeSeeds => Seeds.Some;

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void Reach_RandomPatternsAndNames_EqualsRegularExpressions(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++)
        {
            string[] texts = [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomName(random) + (random.Next(2) == 0 ? "*" : ""))];
            var patterns = NamePatterns.Of(texts);
            string name = RandomName(random);
            bool expected = texts.Length == 0
                || texts.Any(t => Regex.IsMatch(name, "^" + Regex.Escape(t).Replace("\\*", ".*", StringComparison.Ordinal) + "$"));

            Assert.True(expected == patterns.Reach(name), $"[{string.Join(", ", texts)}] and '{name}'");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a*b")]
    [InlineData("**")]
    [InlineData("*a")]
    [InlineData("Name")]
    [InlineData("a/b")]
    [InlineData("..")]
    public void Of_AnotherForm_IsRefusedByName(string pattern)
    {
        var refused = Assert.Throws<RpcException>(() => NamePatterns.Of([pattern]));

        Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        Assert.Contains($"'{pattern}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MoreThanTheLimit_IsRefused() => Assert.Throws<RpcException>(() => NamePatterns.Of(Enumerable.Repeat("a", 101)));

    [Fact]
    public void CanReach_NobodyAtAll_ReachesNothing() => Assert.False(Principal.Nobody.CanReach("a"));

    private static string RandomName(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab-"[random.Next(3)]));
}
