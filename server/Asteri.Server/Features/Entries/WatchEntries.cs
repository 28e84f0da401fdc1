using System.Threading.Channels;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// StoreService.WatchEntries: one reader a lane, merged. Changes of one lane keep their order; a token says, for every lane, up to where all changes
/// have been told. The first message carries the start and no changes: whoever has it misses nothing from there on.
/// </summary>
internal sealed class WatchEntries(EntryAccess access)
{
    internal const int MaxMessageChanges = 512;
    internal const int MaxMessageBytes = 256 << 10;

    /// <summary>
    /// Records of other spaces after which the position is told all the same, so that a quiet space's token does not fall behind the log.
    /// </summary>
    internal const int ForeignRecordsPerPosition = 4_096;

    public async IAsyncEnumerable<WatchEntriesResponse> HandleAsync(WatchEntriesRequest request, ServerCall call)
    {
        var space = access.SpaceToRead(request.Space, call);
        var positions = Start(request);
        yield return new() { CommitToken = CommitTokens.ToBytes(new(positions)) };

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, access.Stopping);
        var records = Channel.CreateBounded<(int Lane, LaneRecord Record)>(MaxMessageChanges);
        var readers = ReadLanesAsync(positions, space, records.Writer, watching.Token);
        try
        {
            while (await WaitAsync(records.Reader, call, watching.Token))
            {
                access.Gate.Recheck(call);
                yield return Drain(records.Reader, space, positions);
            }
        }
        finally
        {
            await watching.CancelAsync();
            await readers;
        }
    }

    /// <summary>Where each lane's reader starts. A lane that the token does not name had nothing yet.</summary>
    private Dictionary<int, ulong> Start(WatchEntriesRequest request)
    {
        var token = request.FromCommitToken.IsEmpty ? access.Store.Now : CommitTokens.Parse(request.FromCommitToken, "from_commit_token");
        int lanes = access.Store.Status.Count;
        return token.Seqs.Keys.All(lane => lane < lanes)
            ? Enumerable.Range(0, lanes).ToDictionary(lane => lane, lane => token.Seqs.GetValueOrDefault(lane))
            : throw RpcException.Invalid(
                "from_commit_token",
                $"it knows of lane {token.Seqs.Keys.Max()}, this store has {lanes}; bring back a token of this store.");
    }

    /// <summary>Reads all lanes until one of them ends; how it ended, the channel tells.</summary>
    private async Task ReadLanesAsync(
        IReadOnlyDictionary<int, ulong> from, Space space, ChannelWriter<(int Lane, LaneRecord Record)> records, CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lanes = from.Select(p => ReadLaneAsync(p.Key, p.Value + 1, space, records, all.Token)).ToList();
        var first = await Task.WhenAny(lanes);
        records.TryComplete(first.Exception?.GetBaseException() ?? new OperationCanceledException("The watch of a lane was ended.", cancellation));
        await all.CancelAsync();
        await Task.WhenAll(lanes).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ReadLaneAsync(
        int lane, ulong from, Space space, ChannelWriter<(int Lane, LaneRecord Record)> records, CancellationToken cancellation)
    {
        int foreign = 0;
        await foreach (var record in access.Store.SubscribeAsync(lane, from, cancellation))
        {
            if (record.Space != space && ++foreign < ForeignRecordsPerPosition) { continue; }
            foreign = 0;
            await records.WriteAsync((lane, record), cancellation);
        }
    }

    private async ValueTask<bool> WaitAsync(ChannelReader<(int Lane, LaneRecord Record)> records, ServerCall call, CancellationToken cancellation)
    {
        try
        {
            return await records.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException) when (access.Stopping.IsCancellationRequested && !call.Cancellation.IsCancellationRequested)
        {
            throw RpcException.RetryAfter(
                RpcCode.Unavailable, "The node is stopping; go on from the last commit_token.", TimeSpan.FromSeconds(1), "STOPPING");
        }
    }

    private static WatchEntriesResponse Drain(ChannelReader<(int Lane, LaneRecord Record)> records, Space space, Dictionary<int, ulong> positions)
    {
        var message = new WatchEntriesResponse();
        int bytes = 0;
        while (bytes < MaxMessageBytes && message.Changes.Count < MaxMessageChanges && records.TryRead(out var read))
        {
            var (lane, record) = read;
            positions[lane] = record.Seq;
            if (record.Space != space) { continue; }
            var change = new EntryChange { Key = UnsafeByteOperations.UnsafeWrap(record.Key), Version = record.Seq };
            if (record.Value is { } value) { change.Value = UnsafeByteOperations.UnsafeWrap(value); }
            message.Changes.Add(change);
            bytes += change.Key.Length + (record.Value?.Length ?? 0) + 20;
        }

        message.CommitToken = CommitTokens.ToBytes(new(positions));
        return message;
    }
}
