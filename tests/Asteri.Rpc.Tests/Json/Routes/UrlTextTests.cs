using System.Text;
using Asteri.Rpc.Json.Routes;

namespace Asteri.Rpc.Tests.Json.Routes;

public sealed class UrlTextTests
{
    [Theory]
    [InlineData("a%2Fb+c%20", UrlPart.Segment, "a/b+c ")]
    [InlineData("a%2Fb/c%2f", UrlPart.Segments, "a%2Fb/c%2f")]
    [InlineData("a%2Fb+c%2B", UrlPart.Query, "a/b c+")]
    [InlineData("%c3%A9", UrlPart.Query, "é")]
    [InlineData("é😀", UrlPart.Query, "é😀")]
    [InlineData("", UrlPart.Segment, "")]
    [InlineData("%", UrlPart.Query, null)]
    [InlineData("%2", UrlPart.Query, null)]
    [InlineData("%zz", UrlPart.Query, null)]
    [InlineData("%2 ", UrlPart.Query, null)]
    [InlineData("%ff", UrlPart.Query, null)]
    [InlineData("%ed%a0%80", UrlPart.Query, null)]
    internal void Decode_Text_IsBytesOrRefused(string text, UrlPart part, string? expected)
    {
        byte[] bytes = new byte[64];
        int length = UrlText.Decode(text, part, bytes);
        Assert.Equal(expected, length < 0 ? null : Encoding.UTF8.GetString(bytes, 0, length));
    }
}
