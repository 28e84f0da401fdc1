using Asteri.Server.Security;

namespace Asteri.Server.Tests.Security;

public sealed class KeyTextTests
{
    [Fact]
    public void Create_ManyKeys_AreReadBackAndDiffer()
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < 1_000; i++)
        {
            var key = KeyText.Create("live");
            Assert.True(KeyText.TryParse(key.Reveal(), out var read));
            Assert.Equal((key.Environment, key.Id, key.Secret), (read.Environment, read.Id, read.Secret));
            Assert.Matches("^ast_live_[0-9a-z]{12}_[0-9A-Za-z]{49}$", key.Reveal());
            Assert.True(seen.Add(key.Secret) && seen.Add(key.Id));
        }
    }

    [Fact]
    public void TryParse_AnyOneCharacterMistyped_IsRefused()
    {
        string text = KeyText.Create("live").Reveal();
        for (int i = 0; i < text.Length; i++)
        {
            foreach (char c in "aZ0_ -é")
            {
                if (text[i] == c) { continue; }
                Assert.False(KeyText.TryParse(text[..i] + c + text[(i + 1)..], out _), $"position {i}, '{c}'");
            }
        }
    }

    [Fact]
    public void TryParse_NeighboursSwappedOrOneMissing_IsRefused()
    {
        string text = KeyText.Create("test").Reveal();
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] != text[i + 1])
            {
                Assert.False(KeyText.TryParse(text[..i] + text[i + 1] + text[i] + text[(i + 2)..], out _), $"swapped at {i}");
            }

            Assert.False(KeyText.TryParse(text.Remove(i, 1), out _), $"missing at {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ast")]
    [InlineData("ast_live_0123456789ab")]
    [InlineData("ast__0123456789ab_00000000000000000000000000000000000000000000000000")]
    [InlineData("ast_live_0123456789ab_x_y")]
    public void TryParse_AnotherForm_IsRefused(string text) => Assert.False(KeyText.TryParse(text, out _));

    [Fact]
    public void TryParse_VeryLongText_IsRefusedWithoutReadingIt() => Assert.False(KeyText.TryParse(new string('_', 10_000_000), out _));

    [Fact]
    public void ToString_OfKeyAndOfIssuedKey_HoldsNoSecret()
    {
        var key = KeyText.Create("live");
        var issued = new IssuedKey(new(key.Id, new("default", ScopeSet.All, NamePatterns.Every), DateTimeOffset.UnixEpoch), key);

        Assert.Equal($"ast_live_{key.Id}_***", key.ToString());
        Assert.DoesNotContain(key.Secret, $"{issued} {issued.Information}", StringComparison.Ordinal);
        Assert.Equal(key.Reveal(), issued.Reveal());
    }
}
