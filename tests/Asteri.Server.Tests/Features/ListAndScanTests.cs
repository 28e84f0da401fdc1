using Asteri.Rpc.Calls;
using Asteri.Server.Features.Entries;
using Asteri.Server.Tests.Hosting;
using Asteri.V1;
using Google.Protobuf;
using Google.Rpc;

namespace Asteri.Server.Tests.Features;

public sealed class ListAndScanTests(NodeFixture open) : IClassFixture<NodeFixture>
{
    private readonly TestNode _node = open.Node;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task ListEntries_AnyPageSize_TellsTheSameInKeyOrder(int pageSize)
    {
        await FillAsync("paged", 50);

        var keys = new List<string>();
        string token = "";
        do
        {
            var page = await ListAsync(new() { Space = "paged", PageSize = pageSize, PageToken = token });
            Assert.InRange(page.Entries.Count, 1, pageSize);
            keys.AddRange(page.Entries.Select(e => e.Key.ToStringUtf8()));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"key-{i:000}"), keys);
    }

    [Fact]
    public async Task ListEntries_Prefix_IsHeld()
    {
        await FillAsync("prefixed", 20);

        var page = await ListAsync(new() { Space = "prefixed", Prefix = ByteString.CopyFromUtf8("key-01") });

        Assert.Equal(10, page.Entries.Count);
        Assert.Empty(page.NextPageToken);
    }

    [Fact]
    public async Task ListEntries_KeysOnly_CarriesNoValues()
    {
        await FillAsync("keys-only", 3);

        var page = await ListAsync(new() { Space = "keys-only", KeysOnly = true });

        Assert.Equal(3, page.Entries.Count);
        Assert.All(page.Entries, e => Assert.True(e.Value.IsEmpty && e.Version > 0));
    }

    [Fact]
    public async Task ListEntries_LargeValues_ThePageEndsAtItsBytes()
    {
        string large = new('x', 900_000);
        for (int i = 0; i < 5; i++) { await _node.PutAsync("large", $"k{i}", large); }

        var page = await ListAsync(new() { Space = "large" });
        var rest = await ListAsync(new() { Space = "large", PageToken = page.NextPageToken });

        Assert.InRange(page.CalculateSize(), 900_000, 4 << 20);
        Assert.Equal(5, page.Entries.Count + rest.Entries.Count);
    }

    [Fact]
    public async Task ListEntries_TokenOfAnotherQuery_IsRefused()
    {
        await FillAsync("tokened", 5);
        string token = (await ListAsync(new() { Space = "tokened", PageSize = 2 })).NextPageToken;

        foreach (var other in new ListEntriesRequest[]
        {
            new() { Space = "tokened", Prefix = ByteString.CopyFromUtf8("k"), PageToken = token },
            new() { Space = "tokened", KeysOnly = true, PageToken = token },
            new() { Space = "tokened", PageToken = token[..^1] + (token[^1] == 'A' ? 'B' : 'A') },
            new() { Space = "tokened", PageToken = "not base64 !" },
        })
        {
            var e = await TestNode.FailureAsync(() => ListAsync(other));
            Assert.Equal("page_token", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
        }

        Assert.Equal(3, (await ListAsync(new() { Space = "tokened", PageSize = 3, PageToken = token })).Entries.Count);
    }

    [Fact]
    public async Task ListEntries_NegativePageSize_IsRefused()
    {
        await FillAsync("sized", 1);

        var e = await TestNode.FailureAsync(() => ListAsync(new() { Space = "sized", PageSize = -1 }));

        Assert.Equal("page_size", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
    }

    [Fact]
    public async Task ListEntries_AbsentSpace_IsNotFound() =>
        Assert.Equal(RpcCode.NotFound, (await TestNode.FailureAsync(() => ListAsync(new() { Space = "nowhere" }))).Status.Code);

    [Fact]
    public async Task ScanEntries_MoreThanAMessage_StreamsAllInOrder()
    {
        int count = (2 * ScanEntries.MaxMessageEntries) + 10;
        await FillAsync("scanned", count);

        var messages = await ScanAsync(new() { Space = "scanned" });

        Assert.Empty(messages[0].Entries);
        Assert.False(messages[0].CommitToken.IsEmpty);
        Assert.True(messages.Count > 3);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"key-{i:000}").Order(StringComparer.Ordinal), KeysOf(messages));
    }

    [Fact]
    public async Task ScanEntries_AfterKey_GoesOnBehindIt()
    {
        await FillAsync("resumed", 30);

        var messages = await ScanAsync(new() { Space = "resumed", AfterKey = ByteString.CopyFromUtf8("key-027"), KeysOnly = true });

        Assert.Equal(["key-028", "key-029"], KeysOf(messages));
    }

    [Fact]
    public async Task ListSpaces_Pages_TellEverySpaceOnceWithItsCount()
    {
        for (int i = 0; i < 5; i++) { await FillAsync($"counted-{i}", i + 1); }

        var spaces = new List<SpaceInfo>();
        string token = "";
        do
        {
            var page = await _node.CallAsync<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new() { PageSize = 2, PageToken = token });
            spaces.AddRange(page.Spaces);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(spaces.Select(s => s.Name).Order(StringComparer.Ordinal).Distinct(), spaces.Select(s => s.Name));
        for (int i = 0; i < 5; i++) { Assert.Equal(i + 1, spaces.Single(s => s.Name == $"counted-{i}").Entries); }
    }

    private async Task FillAsync(string space, int count)
    {
        var request = new WriteEntriesRequest { Space = space };
        request.Writes.Add(Enumerable.Range(0, count).Select(i => TestNode.Put($"key-{i:000}", $"value {i}")));
        await _node.WriteAsync(request);
    }

    private Task<ListEntriesResponse> ListAsync(ListEntriesRequest request) =>
        _node.CallAsync<ListEntriesRequest, ListEntriesResponse>("ListEntries", request);

    private async Task<List<ScanEntriesResponse>> ScanAsync(ScanEntriesRequest request)
    {
        await using var call = _node.Channel.Start<ScanEntriesRequest, ScanEntriesResponse>(TestNode.StoreService.FindMethodByName("ScanEntries"));
        await call.WriteAsync(request);
        await call.CompleteAsync();
        var messages = new List<ScanEntriesResponse>();
        await foreach (var message in call.ReadAllAsync()) { messages.Add(message); }
        return messages;
    }

    private static IEnumerable<string> KeysOf(IEnumerable<ScanEntriesResponse> messages) =>
        messages.SelectMany(m => m.Entries).Select(e => e.Key.ToStringUtf8());
}
