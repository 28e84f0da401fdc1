using System.Threading.Channels;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Admission;
using Asteri.Server.Security;
using Asteri.V1;
using Google.Rpc;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// StoreService.StreamEntries. Frames are written in their order, a few of them under way at a time, and acknowledged in their order. The first frame
/// that fails ends the call with its status; frames behind it may have been written, so a caller repeats everything that was not acknowledged, with
/// the same request ids.
/// </summary>
internal sealed class StreamEntries(EntryAccess access)
{
    /// <summary>Enough for the next group commit to be full while one is on its way to the disk.</summary>
    internal const int MaxFramesUnderWay = 16;

    public async IAsyncEnumerable<StreamEntriesResponse> HandleAsync(IAsyncEnumerable<StreamEntriesRequest> requests, ServerCall call)
    {
        using var streaming = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, access.Stopping);
        var written = Channel.CreateBounded<WrittenFrame>(MaxFramesUnderWay);
        var reader = ReadFramesAsync(requests, call, written.Writer, streaming.Token);
        try
        {
            await foreach (var frame in written.Reader.ReadAllAsync(call.Cancellation))
            {
                var token = await frame.Written;
                yield return new() { Frame = frame.Number, RequestId = frame.RequestId, CommitToken = CommitTokens.Merge(frame.Before, token) };
            }
        }
        finally
        {
            await streaming.CancelAsync();
            await reader;
        }
    }

    /// <summary>Reads until the caller has sent the last frame. How it ended, the channel tells: behind the frames that were begun.</summary>
    private async Task ReadFramesAsync(
        IAsyncEnumerable<StreamEntriesRequest> requests, ServerCall call, ChannelWriter<WrittenFrame> written, CancellationToken cancellation)
    {
        // Not disposed: when the node stops, a read may still be under way, and it ends with the call.
        var frames = requests.GetAsyncEnumerator(call.Cancellation);
        try
        {
            for (long number = 0; await frames.MoveNextAsync().AsTask().WaitAsync(cancellation); number++)
            {
                await written.WriteAsync(await WriteFrameAsync(frames.Current, number, call, cancellation), cancellation);
            }

            written.Complete();
        }
        catch (OperationCanceledException) when (access.Stopping.IsCancellationRequested && !call.Cancellation.IsCancellationRequested)
        {
            written.Complete(RpcException.RetryAfter(
                RpcCode.Unavailable, "The node is stopping; repeat what was not acknowledged.", TimeSpan.FromSeconds(1), "STOPPING"));
        }
        catch (Exception e)
        {
            written.Complete(e);
        }
    }

    private async ValueTask<WrittenFrame> WriteFrameAsync(StreamEntriesRequest request, long number, ServerCall call, CancellationToken cancellation)
    {
        try
        {
            access.Gate.Recheck(call);
            EntryWrites.Check(request.Space, request.RequestId, request.Writes, access.Limits).ThrowIfAny();
            var space = await access.SpaceToWriteAsync(request.Space, call);
            var before = access.Store.Now;
            var batch = EntryWrites.ToBatch(access.Store, space, WriteEntries.IdOf(Principal.Of(call), request.RequestId), request.Writes);
            return new(number, request.RequestId, before, WriteAsync(batch, await EnterAsync(call, cancellation), call));
        }
        catch (RpcException e)
        {
            throw new RpcException(e.Status with { Message = $"Frame {number}: {e.Status.Message}" }, e);
        }
    }

    /// <summary>
    /// Room for one frame. Where a single call would be refused, a stream waits: its caller is slowed by flow control, and one frame of it at most
    /// stands in the queue.
    /// </summary>
    private async ValueTask<AdmissionSlot> EnterAsync(ServerCall call, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await access.Gate.Enter(call);
            }
            catch (RpcException refused) when (refused.Detail<RetryInfo>() is { } retry)
            {
                await Task.Delay(retry.RetryDelay.ToTimeSpan(), cancellation);
            }
        }
    }

    /// <summary>Hands the batch to the store before it returns, so that frames stand in the queue in their order.</summary>
    private async Task<CommitToken> WriteAsync(WriteBatch batch, AdmissionSlot room, ServerCall call)
    {
        using (room)
        {
            var token = await access.Store.WriteAsync(batch, call.Cancellation);
            room.Succeed();
            return token;
        }
    }

    private sealed record WrittenFrame(long Number, string RequestId, CommitToken Before, Task<CommitToken> Written);
}
