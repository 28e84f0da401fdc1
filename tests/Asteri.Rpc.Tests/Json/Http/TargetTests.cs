using System.Net.Sockets;
using System.Text;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>Request targets that a well-behaved client library would not let through.</summary>
public sealed class TargetTests : IAsyncLifetime
{
    private JsonNode _node = null!;

    public async Task InitializeAsync() => _node = await JsonNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("GET http://x/t/kinds?text=absolute", "\"text\":\"absolute\"")]
    [InlineData("GET /t/kinds?text=%zz", "percent-escape")]
    [InlineData("GET /t/kinds?text=%C3", "UTF-8")]
    [InlineData("GET /t/kinds?%zz=1", "percent-escape")]
    [InlineData("GET /t/kinds?", "\"text\":\"\"")]
    [InlineData("GET /t/kinds?&&text=a&", "\"text\":\"a\"")]
    [InlineData("GET /t/files/../kinds", "NOT_FOUND")]
    [InlineData("GET /t/files/a/./b", "NOT_FOUND")]
    [InlineData("GET /t/files/%2e%2E/b", "NOT_FOUND")]
    [InlineData("GET /t/files/a//b", "NOT_FOUND")]
    [InlineData("GET /t/files/a/", "NOT_FOUND")]
    [InlineData("GET /t/files/..a/b", "\"text\":\"..a/b\"")]
    [InlineData("OPTIONS *", "down the pipeline")]
    public async Task Target_AsItIsSent_IsWhatIsRead(string start, string expected) =>
        Assert.Contains(expected, await SendAsync($"{start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Address.Host, _node.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        return await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
