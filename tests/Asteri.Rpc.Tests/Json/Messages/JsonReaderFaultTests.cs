using System.Text;
using Asteri.Rpc.Calls;
using Google.Rpc;

namespace Asteri.Rpc.Tests.Json.Messages;

/// <summary>What is refused, where the message says it is, and what else the mapping allows.</summary>
public sealed class JsonReaderFaultTests
{
    [Theory]
    [InlineData("""{"nope":1}""", "nope", "no such field")]
    [InlineData("""{"child":{"nope":1}}""", "child.nope", "no such field")]
    [InlineData("""{"text":"a","text":"b"}""", "text", "twice")]
    [InlineData("""{"intNarrow":1,"int_narrow":2}""", "intNarrow", "twice")]
    [InlineData("""{"byText":{"a":"1","a":"2"}}""", "byText.a", "twice")]
    [InlineData("""{"object":{"a":{"b":1,"b":2}}}""", "object.a.b", "twice")]
    [InlineData("""{"choiceText":"a","choiceNumber":"1"}""", "choiceNumber", "only one")]
    [InlineData("""{"intNarrow":2147483648}""", "intNarrow", "int32")]
    [InlineData("""{"intNarrow":1.5}""", "intNarrow", "int32")]
    [InlineData("""{"intNarrow":"x"}""", "intNarrow", "int32")]
    [InlineData("""{"intNarrow":""}""", "intNarrow", "int32")]
    [InlineData("""{"intNarrow":true}""", "intNarrow", "found a bool")]
    [InlineData("""{"intWide":9223372036854775808}""", "intWide", "int64")]
    [InlineData("""{"intWide":1e400}""", "intWide", "int64")]
    [InlineData("""{"unsignedWide":-1}""", "unsignedWide", "uint64")]
    [InlineData("""{"real":1e400}""", "real", "too large")]
    [InlineData("""{"single":3.5e38}""", "single", "too large")]
    [InlineData("""{"real":"nan"}""", "real", "no number")]
    [InlineData("""{"real":NaN}""", "real", "not JSON")]
    [InlineData("""{"flag":"true"}""", "flag", "expected true or false, found a string")]
    [InlineData("""{"text":5}""", "text", "expected a string, found a number")]
    [InlineData("""{"raw":"a b="}""", "raw", "base64")]
    [InlineData("""{"raw":"+-AA"}""", "raw", "mixes")]
    [InlineData("""{"raw":"AAAAA"}""", "raw", "base64")]
    [InlineData("""{"raw":"AA="}""", "raw", "base64")]
    [InlineData("""{"raws":["AA==","!"]}""", "raws[1]", "base64")]
    [InlineData("""{"colour":"MAUVE"}""", "colour", "COLOUR_RED")]
    [InlineData("""{"ints":[1,null]}""", "ints[1]", "expected a number, found null")]
    [InlineData("""{"texts":["a",null]}""", "texts[1]", "null is no element")]
    [InlineData("""{"ints":5}""", "ints", "expected an array")]
    [InlineData("""{"ints":{}}""", "ints", "expected an array, found an object")]
    [InlineData("""{"child":[]}""", "child", "expected an object, found an array")]
    [InlineData("""{"children":[{},{"children":[{"text":1}]}]}""", "children[1].children[0].text", "expected a string")]
    [InlineData("""{"byNumber":{"x":{}}}""", "byNumber.x", "int64")]
    [InlineData("""{"byFlag":{"yes":1}}""", "byFlag.yes", "bool")]
    [InlineData("""{"byText":{"a":null}}""", "byText.a", "null is no element")]
    [InlineData("""{"at":"2026-02-30T00:00:00Z"}""", "at", "no timestamp")]
    [InlineData("""{"at":"0000-01-01T00:00:00Z"}""", "at", "no timestamp")]
    [InlineData("""{"at":"9999-12-31T23:59:59-01:00"}""", "at", "no timestamp")]
    [InlineData("""{"at":"2026-01-01T00:00:00.1234567890Z"}""", "at", "no timestamp")]
    [InlineData("""{"at":5}""", "at", "expected a string")]
    [InlineData("""{"span":"1"}""", "span", "no duration")]
    [InlineData("""{"span":"315576000001s"}""", "span", "no duration")]
    [InlineData("""{"mask":"a b"}""", "mask", "no path")]
    [InlineData("""{"any":{}}""", "any", "@type")]
    [InlineData("""{"any":{"@type":"x/a.Absent"}}""", "any", "no type that this server knows")]
    [InlineData("""{"any":{"@type":"x/asteri.tests.Kinds","@type":"x/asteri.tests.Kinds"}}""", "any", "once")]
    [InlineData("""{"any":{"@type":"x/asteri.tests.Kinds","nope":1}}""", "any.nope", "no such field")]
    [InlineData("""{"any":{"@type":"x/google.protobuf.Duration"}}""", "any", "'value' is missing")]
    [InlineData("""{"value":1e400}""", "value", "too large")]
    [InlineData("""{"text":"\ud800"}""", "text", "surrogate")]
    [InlineData("""{"any":{"@type":"x/asteri.tests.Kinds","\ud800":1}}""", "any", "surrogate")]
    [InlineData("""{"\udc00":"a"}""", "body", "surrogate")]
    [InlineData("""[]""", "body", "expected an object")]
    [InlineData("""null""", "body", "expected an object")]
    [InlineData("""{"text":"a"} x""", "body", "not JSON at line 1, byte 14")]
    [InlineData("{\n\"text\":\n}", "text", "not JSON at line 3, byte 1")]
    [InlineData("""{"text":"a",}""", "body", "not JSON")]
    [InlineData("""{"text":"a" /* no */}""", "body", "not JSON")]
    public void Read_DocumentThatDoesNotFit_IsRefusedWithItsPlace(string json, string field, string says)
    {
        var error = Refused(Encoding.UTF8.GetBytes(json));
        Assert.Equal(field, error.Detail<BadRequest>()!.FieldViolations.Single().Field);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"intWide":"1e3"}""", "intWide", "1000")]
    [InlineData("""{"intNarrow":1.0}""", "intNarrow", "1")]
    [InlineData("""{"unsignedWide":18446744073709551615}""", "unsignedWide", "18446744073709551615")]
    [InlineData("""{"int_wide":5}""", "intWide", "5")]
    [InlineData("""{"raw":"-_8"}""", "raw", "+/8=")]
    [InlineData("""{"raw":"+\/8"}""", "raw", "+/8=")]
    [InlineData("""{"text":"\ud83d\ude00\u0000"}""", "text", "😀\0")]
    [InlineData("""{"te\u0078t":"escaped name"}""", "text", "escaped name")]
    [InlineData("""{"colour":12345}""", "colour", "12345")]
    [InlineData("""{"at":"2026-11-20T12:00:00.000001-00:30"}""", "at", "2026-11-20T12:30:00.000001Z")]
    [InlineData("""{"span":"3s"}""", "span", "3s")]
    [InlineData("""{"any":{"text":"behind","@type":"x/asteri.tests.Kinds"}}""", "any.text", "behind")]
    [InlineData("""{"any":{"value":"2s","@type":"x/google.protobuf.Duration"}}""", "any.value", "2s")]
    [InlineData("""{"text":null,"child":null,"ints":null,"byText":null,"at":null,"wideBox":null}""", "text", "")]
    [InlineData("""{"choiceText":null,"choiceNumber":"3"}""", "choiceNumber", "3")]
    public void Read_SpellingsThatTheMappingAllows_AreTaken(string json, string field, string expected)
    {
        System.Text.Json.Nodes.JsonNode? at = System.Text.Json.Nodes.JsonNode.Parse(JsonCodec.Write(JsonCodec.Read(json)));
        foreach (string step in field.Split('.')) { at = at![step]; }
        Assert.Equal(expected, at!.ToString());
    }

    [Fact]
    public void Read_InvalidUtf8_SaysWhere()
    {
        byte[] json = "{\"text\":\"abc\"}"u8.ToArray();
        json[10] = 0xC3;
        Assert.Contains("byte 10", Refused(json).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"child\":", "}", 2_000)]
    [InlineData("{\"child\":", "}", 100)]
    [InlineData("{\"children\":[", "]}", 100)]
    [InlineData("{\"list\":[", "]}", 90)]
    [InlineData("{\"any\":{\"@type\":\"x/asteri.tests.Kinds\",\"any\":", "}}", 20)]
    [InlineData("[", "]", 100_000)]
    public void Read_NestedTooDeep_IsRefused(string open, string close, int depth)
    {
        string json = string.Concat(Enumerable.Repeat(open, depth)) + "{}" + string.Concat(Enumerable.Repeat(close, depth));
        Refused(Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public void Read_NestedToNearlyTheLimit_IsTaken()
    {
        string json = string.Concat(Enumerable.Repeat("{\"child\":", 90)) + "{}" + new string('}', 90);
        Assert.NotNull(JsonCodec.Read(json).Child);
    }

    private static RpcException Refused(byte[] json)
    {
        var error = Assert.Throws<RpcException>(() => JsonCodec.Read(json));
        Assert.Equal(RpcCode.InvalidArgument, error.Status.Code);
        return error;
    }
}
