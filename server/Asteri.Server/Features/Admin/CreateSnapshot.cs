using System.Threading.Channels;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;

namespace Asteri.Server.Features.Admin;

/// <summary>
/// AdminService.CreateSnapshot: progress as it comes, a slow reader skips some, and at the end the snapshot. A caller who goes away ends it.
/// </summary>
internal sealed class CreateSnapshot(AdminAccess access)
{
    public async IAsyncEnumerable<CreateSnapshotResponse> HandleAsync(CreateSnapshotRequest request, ServerCall call)
    {
        using var taking = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, access.Stopping);
        var steps = Channel.CreateBounded<SnapshotProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var snapshot = TakeAsync(request, call, steps.Writer, taking.Token);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(call.Cancellation))
            {
                yield return new() { BytesDone = step.BytesDone, BytesTotal = step.BytesTotal };
            }

            var label = await snapshot;
            yield return new() { Snapshot = label.ToInfo(), BytesDone = label.Bytes, BytesTotal = label.Bytes };
        }
        finally
        {
            await taking.CancelAsync();
            await snapshot.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<SnapshotLabel> TakeAsync(
        CreateSnapshotRequest request, ServerCall call, ChannelWriter<SnapshotProgress> steps, CancellationToken cancellation)
    {
        try
        {
            return await access.Audit.RecordAsync(
                Principal.Of(call),
                "snapshot.create",
                request.RequestId,
                () => access.Snapshots.TakeAsync(access.Store, request.RequestId, new Steps(steps), cancellation));
        }
        finally
        {
            steps.Complete();
        }
    }

    private sealed class Steps(ChannelWriter<SnapshotProgress> writer) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => writer.TryWrite(value);
    }
}
