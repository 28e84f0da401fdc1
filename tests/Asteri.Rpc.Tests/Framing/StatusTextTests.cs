using System.Text;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Asteri.Rpc.Tests.Framing;

/// <summary>grpc-message and grpc-status-details-bin.</summary>
public sealed class StatusTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ~text!", "plain ~text!")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ž", "%C5%BE")]
    [InlineData("😈", "%F0%9F%98%88")]
    public void Encode_TouchesOnlyWhatIsNotPrintableAscii(string message, string encoded)
    {
        Assert.Equal(encoded, StatusMessage.Encode(message));
        Assert.Equal(message, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41%", "A%")]
    [InlineData("%c5%be", "ž")]
    [InlineData("%FF", "\uFFFD")]
    public void Decode_OfWhatIsNoEscape_KeepsIt(string encoded, string message) => Assert.Equal(message, StatusMessage.Decode(encoded));

    [Fact]
    public void Encode_OfAnyText_IsPrintableAndComesBack()
    {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++)
        {
            string message = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => RandomRune(random).ToString()));
            string encoded = StatusMessage.Encode(message);
            Assert.All(encoded, c => Assert.InRange(c, ' ', '~'));
            Assert.Equal(message, StatusMessage.Decode(encoded));
        }
    }

    [Fact]
    public void Encode_OfHalfACharacter_IsTheReplacementCharacter() => Assert.Equal("%EF%BF%BD", StatusMessage.Encode("\ud800"));

    [Fact]
    public void Parse_OfWhatDetailsTextWrote_BringsTheDetails()
    {
        var status = new RpcStatus(RpcCode.Aborted, "m") { Details = [Any.Pack(new ErrorInfo { Reason = "R" })] };
        var read = StatusCodec.Parse("10", "m", StatusCodec.DetailsText(status));
        Assert.Equal(RpcCode.Aborted, read.Code);
        Assert.Equal("R", Assert.Single(read.Details).Unpack<ErrorInfo>().Reason);
    }

    [Fact]
    public void DetailsText_OfTooMuch_LeavesTheDetailsOut() =>
        Assert.Null(StatusCodec.DetailsText(new(RpcCode.Aborted) { Details = [Any.Pack(new ErrorInfo { Reason = new string('x', 10_000) })] }));

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("99999999999")]
    public void Parse_OfAnUnknownCode_IsUnknown(string code) => Assert.Equal(RpcCode.Unknown, StatusCodec.Parse(code, null, null).Code);

    [Theory]
    [InlineData("!!!")]
    [InlineData("/////w")]
    public void Parse_WithDetailsThatAreNone_KeepsTheStatus(string details)
    {
        var status = StatusCodec.Parse("5", "gone", details);
        Assert.Equal((RpcCode.NotFound, "gone", 0), (status.Code, status.Message, status.Details.Count));
    }

    private static Rune RandomRune(Random random)
    {
        while (true)
        {
            int value = random.Next(4) == 0 ? random.Next(0x110000) : random.Next(0x250);
            if (Rune.TryCreate(value, out var rune)) { return rune; }
        }
    }
}
