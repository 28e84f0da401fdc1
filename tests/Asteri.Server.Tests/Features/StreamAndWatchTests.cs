using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Server.Tests.Hosting;
using Asteri.V1;
using Google.Protobuf;
using Google.Rpc;

namespace Asteri.Server.Tests.Features;

public sealed class StreamAndWatchTests(NodeFixture open) : IClassFixture<NodeFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestNode _node = open.Node;

    [Fact]
    public async Task StreamEntries_ManyFrames_AcknowledgesEachInOrderAndKeepsAll()
    {
        const int frames = 200;
        await using var call = StartStream();
        var acks = ReadAllAsync(call);
        for (int i = 0; i < frames; i++)
        {
            EntryWrite[] writes = [TestNode.Put($"k{i}", $"v{i}"), TestNode.Put("last", $"{i}")];
            await call.WriteAsync(new() { Space = "streamed", RequestId = $"frame-{i}", Writes = { writes } });
        }

        await call.CompleteAsync();

        var told = await acks;
        Assert.Equal(Enumerable.Range(0, frames).Select(i => (long)i), told.Select(a => a.Frame));
        Assert.Equal("frame-7", told[7].RequestId);
        Assert.Equal($"{frames - 1}", await _node.GetAsync("streamed", "last"));
        for (int i = 0; i < frames; i += 37) { Assert.Equal($"v{i}", await _node.GetAsync("streamed", $"k{i}")); }
    }

    [Fact]
    public async Task StreamEntries_BadFrame_AcknowledgesThoseBeforeAndNamesIt()
    {
        await using var call = StartStream();
        await call.WriteAsync(new() { Space = "broken", Writes = { TestNode.Put("a", "1") } });
        await call.WriteAsync(new() { Space = "broken", Writes = { TestNode.Put("", "2") } });

        var told = new List<StreamEntriesResponse>();
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var ack in call.ReadAllAsync()) { told.Add(ack); }
        });

        Assert.Equal(0, Assert.Single(told).Frame);
        Assert.StartsWith("Frame 1:", e.Status.Message, StringComparison.Ordinal);
        Assert.Equal("writes[0].put.key", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
        Assert.Equal("1", await _node.GetAsync("broken", "a"));
    }

    [Fact]
    public async Task WatchEntries_FromNow_TellsLaterChangesOfItsSpaceOnly()
    {
        await _node.PutAsync("watched", "before", "x");
        await using var watch = await WatchAsync("watched");

        await _node.PutAsync("elsewhere", "k", "x");
        await _node.PutAsync("watched", "k", "1");
        await _node.WriteAsync(new() { Space = "watched", Writes = { TestNode.Delete("k") } });

        var changes = await watch.TakeAsync(2);
        Assert.All(changes, c => Assert.Equal("k", c.Key.ToStringUtf8()));
        Assert.Equal("1", changes[0].Value.ToStringUtf8());
        Assert.False(changes[1].HasValue);
        Assert.True(changes[1].Version > changes[0].Version);
    }

    [Fact]
    public async Task WatchEntries_FromATokenOfAnAcknowledgement_TellsWhatCameBehindIt()
    {
        var token = (await _node.PutAsync("resumable", "first", "1")).Meta.CommitToken;
        for (int i = 0; i < 20; i++) { await _node.PutAsync("resumable", $"k{i}", $"{i}"); }

        await using var watch = await WatchAsync("resumable", token);
        var changes = await watch.TakeAsync(20);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"k{i}").Order(), changes.Select(c => c.Key.ToStringUtf8()).Order());
    }

    [Fact]
    public async Task WatchEntries_ResumedFromItsOwnToken_MissesAndRepeatsNothing()
    {
        await _node.PutAsync("handed-on", "start", "x");
        ByteString token;
        var seen = new List<string>();
        await using (var watch = await WatchAsync("handed-on"))
        {
            for (int i = 0; i < 30; i++) { await _node.PutAsync("handed-on", $"a{i}", "x"); }
            seen.AddRange((await watch.TakeAsync(10)).Select(c => c.Key.ToStringUtf8()));
            token = watch.Token;
        }

        await using var rest = await WatchAsync("handed-on", token);
        seen.AddRange((await rest.TakeAsync(30 - seen.Count)).Select(c => c.Key.ToStringUtf8()));

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"a{i}").Order(), seen.Order());
    }

    [Fact]
    public async Task WatchEntries_FromTheTokenOfAScan_JoinsWithoutAGap()
    {
        for (int i = 0; i < 10; i++) { await _node.PutAsync("joined", $"k{i}", "x"); }
        await using var scan = _node.Channel.Start<ScanEntriesRequest, ScanEntriesResponse>(TestNode.StoreService.FindMethodByName("ScanEntries"));
        await scan.WriteAsync(new() { Space = "joined" });
        await scan.CompleteAsync();
        var messages = new List<ScanEntriesResponse>();
        await foreach (var message in scan.ReadAllAsync()) { messages.Add(message); }
        for (int i = 10; i < 20; i++) { await _node.PutAsync("joined", $"k{i}", "x"); }

        await using var watch = await WatchAsync("joined", messages[0].CommitToken);
        var changes = await watch.TakeAsync(10);

        Assert.Equal(10, messages.Sum(m => m.Entries.Count));
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"k{i}").Order(), changes.Select(c => c.Key.ToStringUtf8()).Order());
    }

    [Fact]
    public async Task WatchEntries_AbsentSpace_IsNotFound()
    {
        await using var call = StartWatch();
        await call.WriteAsync(new() { Space = "nowhere" });
        await call.CompleteAsync();

        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());

        Assert.Equal(RpcCode.NotFound, e.Status.Code);
    }

    private ClientCall<StreamEntriesRequest, StreamEntriesResponse> StartStream() =>
        _node.Channel.Start<StreamEntriesRequest, StreamEntriesResponse>(TestNode.StoreService.FindMethodByName("StreamEntries"));

    private ClientCall<WatchEntriesRequest, WatchEntriesResponse> StartWatch() => _node.Channel.Start<WatchEntriesRequest, WatchEntriesResponse>(
        TestNode.StoreService.FindMethodByName("WatchEntries"), new() { Timeout = Timeout.InfiniteTimeSpan });

    private static async Task<List<StreamEntriesResponse>> ReadAllAsync(ClientCall<StreamEntriesRequest, StreamEntriesResponse> call)
    {
        var acks = new List<StreamEntriesResponse>();
        await foreach (var ack in call.ReadAllAsync()) { acks.Add(ack); }
        return acks;
    }

    /// <summary>A watch whose first message, which says that it stands, has come.</summary>
    private async Task<Watch> WatchAsync(string space, ByteString? from = null)
    {
        var call = StartWatch();
        await call.WriteAsync(new() { Space = space, FromCommitToken = from ?? ByteString.Empty });
        await call.CompleteAsync();
        var watch = new Watch(call);
        await watch.StartAsync();
        return watch;
    }

    private sealed class Watch(ClientCall<WatchEntriesRequest, WatchEntriesResponse> call) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<WatchEntriesResponse> _messages = call.ReadAllAsync().GetAsyncEnumerator();

        public ByteString Token { get; private set; } = ByteString.Empty;

        public async Task StartAsync()
        {
            Assert.True(await _messages.MoveNextAsync().AsTask().WaitAsync(Patience));
            Assert.Empty(_messages.Current.Changes);
            Token = _messages.Current.CommitToken;
        }

        /// <summary>Whole messages until there are this many changes.</summary>
        public async Task<List<EntryChange>> TakeAsync(int count)
        {
            var changes = new List<EntryChange>();
            while (changes.Count < count)
            {
                Assert.True(await _messages.MoveNextAsync().AsTask().WaitAsync(Patience));
                changes.AddRange(_messages.Current.Changes);
                Token = _messages.Current.CommitToken;
            }

            return changes;
        }

        public ValueTask DisposeAsync() => call.DisposeAsync();
    }
}
