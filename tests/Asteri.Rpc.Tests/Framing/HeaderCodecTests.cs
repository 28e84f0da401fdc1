using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;

namespace Asteri.Rpc.Tests.Framing;

public sealed class HeaderCodecTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("q6ur", 3)]
    [InlineData("qw", 1)]
    [InlineData("qw==", 1)]
    [InlineData("q6s", 2)]
    [InlineData("q6s=", 2)]
    public void DecodeBytes_WithAndWithoutPadding_IsTheSame(string text, int bytes) => Assert.Equal(bytes, HeaderCodec.DecodeBytes(text)!.Length);

    [Theory]
    [InlineData("q")]
    [InlineData("q6urq")]
    [InlineData("q6-_")]
    [InlineData("q6 u")]
    [InlineData("žžžž")]
    public void DecodeBytes_OfAnythingElse_IsNull(string text) => Assert.Null(HeaderCodec.DecodeBytes(text));

    [Fact]
    public void EncodeBytes_OfAnyBytes_ComesBackWithoutPadding()
    {
        var random = new Random(3);
        for (int length = 0; length < 100; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            string text = HeaderCodec.EncodeBytes(bytes);
            Assert.DoesNotContain('=', text);
            Assert.Equal(bytes, HeaderCodec.DecodeBytes(text));
        }
    }

    [Fact]
    public void Receive_OfJoinedBytes_TakesThemApart()
    {
        var metadata = Received("A-Bin", "qw, q6s=,");
        Assert.Equal([[0xab], [0xab, 0xab], []], metadata.Select(e => e.Bytes!));
        Assert.All(metadata, e => Assert.Equal("a-bin", e.Name));
    }

    [Theory]
    [InlineData(":authority")]
    [InlineData("grpc-timeout")]
    [InlineData("Grpc-Encoding")]
    [InlineData("TE")]
    [InlineData("Content-Type")]
    [InlineData("x!y")]
    [InlineData("")]
    public void Receive_OfWhatIsNoMetadata_LeavesItOut(string name) => Assert.Empty(Received(name, "v"));

    [Theory]
    [InlineData("x", "ž")]
    [InlineData("x", "a\tb")]
    [InlineData("x-bin", "***")]
    public void Receive_OfAValueThatIsNotWhatItsNameSays_IsRefused(string name, string value)
    {
        var refused = Assert.Throws<RpcException>(() => Received(name, value));
        Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        Assert.Contains($"'{name}'", refused.Status.Message, StringComparison.Ordinal);
    }

    private static Metadata Received(string name, string value)
    {
        var metadata = new Metadata();
        HeaderCodec.Receive(metadata, name, value, RpcCode.InvalidArgument);
        return metadata;
    }
}
