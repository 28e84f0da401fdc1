using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Tests.Hosting;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>What bodies may be: types, encodings, sizes, lines.</summary>
public sealed class BodyTests : IAsyncLifetime
{
    private const int Limit = 100_000;
    private JsonNode _node = null!;

    public async Task InitializeAsync() =>
        _node = await JsonNode.StartAsync(new EchoSetup { Limits = _ => new MethodLimits { MaxRequestBytes = Limit, MaxResponseBytes = 3 * Limit } });

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("Application/JSON", 200)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("text/plain", 415)]
    public async Task ContentType_OtherThanJson_IsRefused(string contentType, int expected)
    {
        using var response = await _node.SendAsync("POST", "/t/kinds", "{}", contentType);
        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task ContentType_Missing_IsRefusedEvenWithoutABody()
    {
        // What a page of another site can send without asking must not reach a method that writes.
        using var response = await _node.SendAsync("POST", "/t/kinds");
        Assert.Equal(415, (int)response.StatusCode);
    }

    [Fact]
    public async Task Body_Empty_IsTheEmptyMessage() => Assert.Equal("", (string)(await _node.JsonAsync("POST", "/t/kinds", ""))["text"]!);

    [Fact]
    public async Task Body_UpToTheLimit_IsRead_AndOneMoreIsNot()
    {
        string text = new('a', Limit - """{"text":""}""".Length);
        Assert.Equal(text, (string)(await _node.JsonAsync("POST", "/t/kinds", $$"""{"text":"{{text}}"}"""))["text"]!);
        var error = (await _node.JsonAsync("POST", "/t/kinds", $$"""{"text":"{{text}}a"}""", 413))["error"]!;
        Assert.Equal("RESOURCE_EXHAUSTED", (string)error["status"]!);
        Assert.Contains("100000", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooLargeWithoutALength_IsRefused()
    {
        var content = new StreamContent(new MemoryStream(new byte[Limit * 2]));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_node.Address, "/t/kinds")) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        // The same connection, so that the web server is done with the first request.
        await _node.JsonAsync("POST", "/t/kinds", "");
        Assert.Empty(_node.Log.Lines);
    }

    [Fact]
    public async Task Gzip_InAndOut_IsSpoken()
    {
        string text = new('x', 50_000);
        using var response = await SendPackedAsync(Pack($$"""{"text":"{{text}}"}"""), "gzip");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        byte[] packed = await response.Content.ReadAsByteArrayAsync();
        Assert.True(packed.Length < 5_000);
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        Assert.Contains(text, await new StreamReader(gzip).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_Bomb_CostsNoMoreThanTheLimit()
    {
        using var response = await SendPackedAsync(Pack(new string('x', 50_000_000)), "gzip");
        Assert.Equal(413, (int)response.StatusCode);
    }

    [Fact]
    public async Task Gzip_Broken_IsRefusedByName()
    {
        byte[] cut = Pack("""{"text":"abc"}""")[..^6];
        foreach (byte[] broken in new[] { cut, "{\"text\":\"this is no gzip\"}"u8.ToArray() })
        {
            using var response = await SendPackedAsync(broken, "gzip");
            Assert.Equal(400, (int)response.StatusCode);
            Assert.Contains("not gzip", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ContentEncoding_Unknown_IsUnimplemented()
    {
        using var response = await SendPackedAsync("{}"u8.ToArray(), "br");
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Contains("UNIMPLEMENTED", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_In_AreMessagesOneByOne()
    {
        const string lines = "{\"text\":\"a\"}\n\n  \r\n{\"text\":\"b\"}\r\n{\"text\":\"c\"}";
        using var response = await _node.SendAsync("POST", "/t/collect", lines, "application/x-ndjson");
        Assert.Contains("\"texts\":[\"a\",\"b\",\"c\"]", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_OneIsTooLongOrBroken_IsRefused()
    {
        using var tooLong = await _node.SendAsync("POST", "/t/collect", "{}\n" + new string(' ', Limit) + "{}\n", "application/x-ndjson");
        Assert.Equal(413, (int)tooLong.StatusCode);
        using var broken = await _node.SendAsync("POST", "/t/collect", "{}\n{\"text\":\n", "application/x-ndjson");
        Assert.Equal(400, (int)broken.StatusCode);
        using var json = await _node.SendAsync("POST", "/t/collect", "{}");
        Assert.Equal(415, (int)json.StatusCode);
    }

    [Fact]
    public async Task Lines_ManyMoreThanTheLimitTogether_AreRead()
    {
        string lines = string.Concat(Enumerable.Repeat("{\"flag\":true}\n", 20_000));
        using var response = await _node.SendAsync("POST", "/t/collect", lines, "application/x-ndjson");
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Response_LargerThanTheLimit_IsRefused()
    {
        _node.Kinds.OnEcho = (_, _) => ValueTask.FromResult(new Protos.Kinds { Text = new('x', (3 * Limit) + 1) });
        var error = (await _node.JsonAsync("POST", "/t/kinds", "{}", 429))["error"]!;
        Assert.Contains("300000", (string)error["message"]!, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendPackedAsync(byte[] body, string encoding)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_node.Address, "/t/kinds")) { Content = content };
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        return await _node.Client.SendAsync(request);
    }

    private static byte[] Pack(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) { gzip.Write(Encoding.UTF8.GetBytes(text)); }
        return packed.ToArray();
    }
}
