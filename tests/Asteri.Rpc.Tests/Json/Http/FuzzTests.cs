using System.Net.Http.Headers;
using System.Text;
using Asteri.Rpc.Tests.Hosting;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>
/// Mutated paths, queries and bodies. Whatever comes, the answer is a reply or a refusal of the caller's mistake, in JSON: never a 5xx, never a
/// line in the log. ASTERI_LONG=1 sends ten times as many; ASTERI_SEED repeats a run.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests
{
    private const int ShortRequests = 30_000;
    private const int Workers = 4;
    private const long MaxGrowthBytes = 64 << 20;

    private static readonly (string Method, string Target, string Body)[] Seeds =
    [
        (
            "POST",
            "/t/kinds",
            """{"text":"a\u00e9","intWide":"-5","real":1.5e3,"raw":"AQI=","colour":"COLOUR_RED","child":{"ints":[1,2]},"byText":{"k":"v"}}"""),
        (
            "POST",
            "/t/kinds",
            """{"at":"2026-11-20T01:02:03.5Z","span":"-1.5s","mask":"a.bC","object":{"a":[1,null,{"b":"c"}]},"by_number":{"-1":{"text":"x"}}}"""),
        (
            "POST",
            "/t/kinds",
            """{"any":{"@type":"t/asteri.tests.Kinds","any":{"@type":"t/google.protobuf.Duration","value":"3s"}},"choiceNull":null}"""),
        (
            "POST",
            "/v1/spaces/notes/entries:write",
            """{"requestId":"r","writes":[{"put":{"key":"YQ==","value":"Yg=="}},{"delete":{"key":"Yw=="}}],"options":{"ack":2}}"""),
        ("PATCH", "/t/kinds/abc/77", """{"child":{"flag":true},"texts":["",""]}"""),
        ("PUT", "/t/kinds/name?intNarrow=4&texts=a", """{"text":"inner"}"""),
        ("POST", "/t/texts", """["a","b"]"""),
        ("GET", "/t/kinds?text=%C3%A9&child.intWide=-9&ints=1&ints=2&raw=-_8&at=2026-11-20T01:02:03Z&colour=1&real=1e3&wideBox=4", ""),
        ("GET", "/v1/spaces/notes/entries/YWJj?read.minCommitToken=AQI&read.wait=1.5s", ""),
        ("GET", "/t/files/a/b%2Fc/d:stat?flag=true", ""),
        ("GET", "/t/named/shelves/1/books/2", ""),
        ("GET", "/t/count/3?text=stop", ""),
    ];

    private static readonly string[] Words =
    [
        "null", "{", "}", "[", "]", "{}", "[[[[[[[[", "\"", "\\u0000", "\\ud800", "\\", ":", ",",
        "1e999", "-0", "9223372036854775808", "NaN", "\"@type\":", "/*", "\u00ff",
        "%", "%00", "%ff", "%2F", "%zz", "&", "=", "+", "/", "//", "..", "/../", ":", "?", ";",
        "child.child.child.", "text=", "\"text\":\"x\",", "\"child\":{", "true", "0x1", "..", "~",
    ];

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("ASTERI_SEED"), out int given) ? given : Random.Shared.Next();

    [Fact]
    public async Task MutatedRequests_Always_GetAReplyOrARefusalOfTheCallersMistake()
    {
        int requests = Environment.GetEnvironmentVariable("ASTERI_LONG") is not null ? 10 * ShortRequests : ShortRequests;
        // A test machine that stands still for seconds is no slow client, which Kestrel would cut off.
        await using var node = await JsonNode.StartAsync(new EchoSetup
        {
            Kestrel = kestrel => kestrel.Limits.MinResponseDataRate = kestrel.Limits.MinRequestBodyDataRate = null,
        });
        int[] byStatus = new int[600];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await Parallel.ForAsync(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (worker, _) =>
        {
            var random = new Random(_seed + worker);
            for (int i = 0; i < requests / Workers; i++)
            {
                Interlocked.Increment(ref byStatus[await SendAsync(node, random)]);
            }
        });
        Assert.True(node.Log.Lines.Count == 0, $"seed {_seed}: {node.Log.Lines.FirstOrDefault()}");
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < MaxGrowthBytes, $"seed {_seed}: {growth} bytes more than before");
        // Both outcomes must be common, or this test mutates too little or too much to find anything.
        Assert.True(byStatus[200] > requests / 50, $"{byStatus[200]} were served");
        Assert.True(byStatus[400] > requests / 5, $"{byStatus[400]} were refused");
        Assert.Equal("ok", (string)(await node.JsonAsync("POST", "/t/text", "\"ok\""))!);
    }

    private async Task<int> SendAsync(JsonNode node, Random random)
    {
        var (method, target, body) = Seeds[random.Next(Seeds.Length)];
        bool isBody = body.Length > 0 && random.Next(3) > 0;
        byte[] content = Encoding.UTF8.GetBytes(body);
        if (isBody) { content = Mutate(content, random, keepPrintable: false); }
        else { target = "/" + Encoding.ASCII.GetString(Mutate(Encoding.ASCII.GetBytes(target[1..]), random, keepPrintable: true)); }

        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(
            node.Address.ToString().TrimEnd('/') + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await node.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(
            (int)response.StatusCode < 499,
            $"seed {_seed}: {method} {target} {Encoding.UTF8.GetString(content)}: {(int)response.StatusCode} {text}");
        // Kestrel refuses a broken request line itself, with nothing but the status.
        if ((int)response.StatusCode >= 400 && response.Headers.Contains("x-request-id"))
        {
            Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(text)!["error"]!["message"]);
        }

        return (int)response.StatusCode;
    }

    private static byte[] Mutate(byte[] text, Random random, bool keepPrintable)
    {
        var bytes = new List<byte>(text);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1 when at < bytes.Count: bytes.RemoveRange(at, random.Next(1, Math.Min(12, bytes.Count - at) + 1)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count + 1))); break;
                case 3 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                default: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)])); break;
            }
        }

        // A client cannot send these in a target: they would end it, or start a fragment.
        return keepPrintable ? [.. bytes.Select(b => b is > 0x20 and < 0x7F and not (byte)'#' ? b : (byte)'x')] : [.. bytes];
    }
}
