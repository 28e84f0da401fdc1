using Asteri.Rpc.Calls;
using Asteri.Server.Features;

namespace Asteri.Server.Tests.Features;

public sealed class PageTokenTests
{
    [Fact]
    public void Read_AnyKey_IsTheKeyThatWasWritten()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int i = 0; i < 1_000; i++)
        {
            byte[] key = new byte[random.Next(1, 200)];
            random.NextBytes(key);
            string query = $"query {random.Next()}";

            Assert.True(PageToken.Read(query, PageToken.Write(query, key)).SequenceEqual(key), $"seed {seed}, round {i}");
        }
    }

    [Fact]
    public void Read_AnyCharacterChanged_IsRefused()
    {
        string token = PageToken.Write("query", "some key"u8);
        for (int i = 0; i < token.Length; i++)
        {
            string changed = token[..i] + (token[i] == 'x' ? 'y' : 'x') + token[(i + 1)..];
            Assert.Equal(RpcCode.InvalidArgument, Assert.Throws<RpcException>(() => PageToken.Read("query", changed)).Status.Code);
        }
    }

    [Fact]
    public void Read_AnotherQuery_IsRefused() =>
        Assert.Throws<RpcException>(() => PageToken.Read("other", PageToken.Write("query", "k"u8)));

    [Theory]
    [InlineData("!")]
    [InlineData("AQ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    public void Read_Nonsense_IsRefused(string token) => Assert.Throws<RpcException>(() => PageToken.Read("query", token));

    [Fact]
    public void Read_Empty_IsTheFirstPage() => Assert.Empty(PageToken.Read("query", ""));
}
