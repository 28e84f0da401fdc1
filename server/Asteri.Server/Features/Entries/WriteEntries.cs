using System.Diagnostics;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService.WriteEntries: one batch, all of it checked before any of it is written.</summary>
internal sealed class WriteEntries(EntryAccess access, ILogger<WriteEntries> logger)
{
    public async ValueTask<WriteEntriesResponse> HandleAsync(WriteEntriesRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        var ack = CheckAck(request.Options?.Ack ?? Ack.Unspecified);
        EntryWrites.Check(request.Space, request.RequestId, request.Writes, access.Limits).ThrowIfAny();
        var caller = Principal.Of(call);
        EntryAccess.CheckReach(caller, request.Space);
        if (request.ValidateOnly) { return new() { Meta = Replies.Meta(call, started, requestId: request.RequestId) }; }

        var space = await access.SpaceToWriteAsync(request.Space, call);
        var before = access.Store.Now;
        var batch = EntryWrites.ToBatch(access.Store, space, IdOf(caller, request.RequestId), request.Writes);
        var response = new WriteEntriesResponse { Written = request.Writes.Count };
        if (ack == Ack.Accepted)
        {
            await QueueAsync(batch, call);
            response.Meta = Replies.Meta(call, started, requestId: request.RequestId);
        }
        else
        {
            var token = await access.Store.WriteAsync(batch, call.Cancellation);
            response.Meta = Replies.Meta(call, started, CommitTokens.Merge(before, token), request.RequestId);
        }

        return response;
    }

    /// <summary>The id under which the store knows a caller's request id: two tenants may use the same text.</summary>
    public static RequestId IdOf(Principal caller, string requestId) => requestId.Length == 0 ? default : RequestId.From(caller.Tenant, requestId);

    private static Ack CheckAck(Ack ack) => ack switch
    {
        Ack.Unspecified => Ack.Durable,
        // What is durable here is also what the next read sees.
        Ack.Accepted or Ack.Durable or Ack.Searchable => ack,
        Ack.Replicated => throw new RpcException(
            RpcCode.Unimplemented, "options.ack: ACK_REPLICATED is reserved for nodes that replicate; this one stands alone. Use ACK_DURABLE."),
        _ => throw RpcException.Invalid("options.ack", $"{(int)ack} is no Ack; use ACK_ACCEPTED, ACK_DURABLE or ACK_SEARCHABLE."),
    };

    /// <summary>
    /// Ends when the batch stands in the queue. A refusal that comes at once is still the caller's; one that comes later only the log can tell.
    /// </summary>
    private async ValueTask QueueAsync(WriteBatch batch, ServerCall call)
    {
        var writing = access.Store.WriteAsync(batch, CancellationToken.None);
        if (writing.IsCompleted)
        {
            await writing;
            return;
        }

        string requestId = call.RequestId;
        _ = writing.AsTask().ContinueWith(
            failed => logger.LogError(failed.Exception!.GetBaseException(), "{RequestId}: a write that was accepted has failed.", requestId),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }
}
