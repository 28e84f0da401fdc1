using Asteri.Rpc.Calls;
using Asteri.Server.Tests.Hosting;
using Asteri.V1;
using Google.Protobuf;
using Google.Rpc;

namespace Asteri.Server.Tests.Features;

public sealed class WriteAndReadTests(NodeFixture open) : IClassFixture<NodeFixture>
{
    private readonly TestNode _node = open.Node;

    [Fact]
    public async Task WriteEntries_PutDeleteAppend_AreReadBack()
    {
        await _node.WriteAsync(new()
        {
            Space = "mixed",
            Writes =
            {
                TestNode.Put("a", "1"), TestNode.Put("b", "2"),
                new EntryWrite { Append = new() { Key = ByteString.CopyFromUtf8("log/"), Value = ByteString.CopyFromUtf8("first") } },
                new EntryWrite { Append = new() { Key = ByteString.CopyFromUtf8("log/"), Value = ByteString.CopyFromUtf8("second") } },
            },
        });
        var reply = await _node.WriteAsync(new() { Space = "mixed", Writes = { TestNode.Delete("b") } });

        Assert.Equal(1, reply.Written);
        Assert.False(reply.Meta.CommitToken.IsEmpty);
        Assert.Equal("1", await _node.GetAsync("mixed", "a"));
        Assert.Null(await _node.GetAsync("mixed", "b"));
        var log = await List(new() { Space = "mixed", Prefix = ByteString.CopyFromUtf8("log/") });
        Assert.Equal(["first", "second"], log.Entries.Select(e => e.Value.ToStringUtf8()));
        Assert.All(log.Entries, e => Assert.Equal(4 + 8, e.Key.Length));
    }

    [Fact]
    public async Task WriteEntries_SameRequestIdAgain_IsTheSameWrite()
    {
        var first = await _node.WriteAsync(new() { Space = "retried", RequestId = "r1", Writes = { TestNode.Put("k", "one") } });
        await _node.WriteAsync(new() { Space = "retried", RequestId = "r2", Writes = { TestNode.Put("k", "two") } });
        var again = await _node.WriteAsync(new() { Space = "retried", RequestId = "r1", Writes = { TestNode.Put("k", "one") } });

        Assert.Equal("two", await _node.GetAsync("retried", "k"));
        Assert.Equal("r1", again.Meta.RequestId);
        Assert.Equal(first.Written, again.Written);
    }

    [Fact]
    public async Task WriteEntries_RequestIdWithOtherWrites_IsAlreadyExists()
    {
        await _node.WriteAsync(new() { Space = "reused", RequestId = "mine", Writes = { TestNode.Put("k", "one") } });

        var other = new WriteEntriesRequest { Space = "reused", RequestId = "mine", Writes = { TestNode.Put("k", "other") } };
        var e = await TestNode.FailureAsync(() => _node.WriteAsync(other));

        Assert.Equal(RpcCode.AlreadyExists, e.Status.Code);
        Assert.Equal("REQUEST_ID_REUSED", e.Detail<ErrorInfo>()!.Reason);
        Assert.Equal("one", await _node.GetAsync("reused", "k"));
    }

    [Fact]
    public async Task WriteEntries_ManyFaults_NamesEveryFieldAndWritesNothing()
    {
        var request = new WriteEntriesRequest
        {
            Space = "Bad Name",
            RequestId = new string('x', 65),
            Writes =
            {
                TestNode.Put("fine", "fine"),
                TestNode.Put("", "no key"),
                new EntryWrite(),
                new EntryWrite { Put = new() { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFrom(new byte[(1 << 20) + 1]) } },
                new EntryWrite { Append = new() { Key = ByteString.CopyFrom(new byte[1020]) } },
                new EntryWrite { Delete = new() { Key = ByteString.CopyFrom(new byte[1025]) } },
            },
        };

        var e = await TestNode.FailureAsync(() => _node.WriteAsync(request));

        Assert.Equal(RpcCode.InvalidArgument, e.Status.Code);
        Assert.Equal(
            ["space", "request_id", "writes[1].put.key", "writes[2]", "writes[3].put.value", "writes[4].append.key", "writes[5].delete.key"],
            e.Detail<BadRequest>()!.FieldViolations.Select(v => v.Field));
    }

    [Fact]
    public async Task WriteEntries_OneFaultAmongGoodWrites_WritesNothing()
    {
        await _node.PutAsync("whole", "before", "x");

        var mixed = new WriteEntriesRequest { Space = "whole", Writes = { TestNode.Put("good", "1"), TestNode.Put("", "2") } };
        var e = await TestNode.FailureAsync(() => _node.WriteAsync(mixed));

        Assert.Equal("writes[1].put.key", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
        Assert.Null(await _node.GetAsync("whole", "good"));
    }

    [Fact]
    public async Task WriteEntries_TooManyWrites_IsRefused()
    {
        var request = new WriteEntriesRequest { Space = "many" };
        request.Writes.Add(Enumerable.Range(0, 10_001).Select(i => TestNode.Put($"k{i}", "")));

        var e = await TestNode.FailureAsync(() => _node.WriteAsync(request));

        Assert.Equal("writes", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
    }

    [Fact]
    public async Task WriteEntries_ValidateOnly_MakesNoSpace()
    {
        var reply = await _node.WriteAsync(new() { Space = "never-made", ValidateOnly = true, Writes = { TestNode.Put("k", "v") } });

        Assert.Equal(0, reply.Written);
        var spaces = await _node.CallAsync<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new() { PageSize = 1000 });
        Assert.DoesNotContain(spaces.Spaces, s => s.Name == "never-made");
    }

    [Theory]
    [InlineData(Ack.Accepted)]
    [InlineData(Ack.Durable)]
    [InlineData(Ack.Searchable)]
    public async Task WriteEntries_Ack_IsHonoured(Ack ack)
    {
        var reply = await _node.WriteAsync(new() { Space = "acks", Writes = { TestNode.Put($"k{ack}", "v") }, Options = new() { Ack = ack } });

        Assert.Equal(ack == Ack.Accepted, reply.Meta.CommitToken.IsEmpty);
        // A later durable write of the same lane ends behind the accepted one; here any read after a durable write of every lane has to see it.
        for (int i = 0; i < 32; i++) { await _node.PutAsync("acks", $"behind{i}", "v"); }
        Assert.Equal("v", await _node.GetAsync("acks", $"k{ack}"));
    }

    [Theory]
    [InlineData((Ack)4, RpcCode.Unimplemented)]
    [InlineData((Ack)99, RpcCode.InvalidArgument)]
    public async Task WriteEntries_AckThatIsNotServed_IsRefused(Ack ack, RpcCode code)
    {
        var request = new WriteEntriesRequest { Space = "acks", Writes = { TestNode.Put("k", "v") }, Options = new() { Ack = ack } };
        var e = await TestNode.FailureAsync(() => _node.WriteAsync(request));

        Assert.Equal(code, e.Status.Code);
    }

    [Fact]
    public async Task GetEntry_AbsentKeyAndAbsentSpace_LookTheSame()
    {
        await _node.PutAsync("present", "k", "v");

        var absentKey = await TestNode.FailureAsync(() => Get("present", "other"));
        var absentSpace = await TestNode.FailureAsync(() => Get("absent", "other"));

        Assert.Equal(RpcCode.NotFound, absentKey.Status.Code);
        Assert.Equal(absentKey.Status.Message.Replace("present", "absent", StringComparison.Ordinal), absentSpace.Status.Message);
    }

    [Fact]
    public async Task GetEntry_MinCommitToken_SeesTheWrite()
    {
        var written = await _node.PutAsync("tokens", "k", "v");

        var reply = await _node.CallAsync<GetEntryRequest, GetEntryResponse>("GetEntry", new()
        {
            Space = "tokens",
            Key = ByteString.CopyFromUtf8("k"),
            Read = new() { MinCommitToken = written.Meta.CommitToken },
        });

        Assert.Equal("v", reply.Entry.Value.ToStringUtf8());
    }

    [Fact]
    public async Task GetEntry_TokenOfAnotherStore_IsRefused()
    {
        var e = await TestNode.FailureAsync(() => _node.CallAsync<GetEntryRequest, GetEntryResponse>("GetEntry", new()
        {
            Space = "tokens",
            Key = ByteString.CopyFromUtf8("k"),
            Read = new() { MinCommitToken = ByteString.CopyFromUtf8("nonsense") },
        }));

        Assert.Equal("read.min_commit_token", Assert.Single(e.Detail<BadRequest>()!.FieldViolations).Field);
    }

    [Fact]
    public async Task GetEntry_TokenOfTheFuture_EndsAfterItsWait()
    {
        var written = await _node.PutAsync("tokens", "k", "v");
        Assert.True(Engine.Storage.CommitToken.TryParse(written.Meta.CommitToken.Span, out var token));
        var future = new Engine.Storage.CommitToken(token.Seqs.ToDictionary(s => s.Key, s => s.Value + 1_000_000));

        var e = await TestNode.FailureAsync(() => _node.CallAsync<GetEntryRequest, GetEntryResponse>("GetEntry", new()
        {
            Space = "tokens",
            Key = ByteString.CopyFromUtf8("k"),
            Read = new() { MinCommitToken = ByteString.CopyFrom(future.ToBytes()), Wait = new() { Nanos = 50_000_000 } },
        }));

        Assert.Equal(RpcCode.DeadlineExceeded, e.Status.Code);
        Assert.Equal("COMMIT_TOKEN_NOT_REACHED", e.Detail<ErrorInfo>()!.Reason);
    }

    private Task<GetEntryResponse> Get(string space, string key) =>
        _node.CallAsync<GetEntryRequest, GetEntryResponse>("GetEntry", new() { Space = space, Key = ByteString.CopyFromUtf8(key) });

    private Task<ListEntriesResponse> List(ListEntriesRequest request) =>
        _node.CallAsync<ListEntriesRequest, ListEntriesResponse>("ListEntries", request);
}
