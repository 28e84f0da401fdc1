using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Features.Admin;

/// <summary>AdminService.ListSnapshots.</summary>
internal sealed class ListSnapshots(AdminAccess access)
{
    public ValueTask<ListSnapshotsResponse> HandleAsync(ListSnapshotsRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        return ValueTask.FromResult(new ListSnapshotsResponse
        {
            Snapshots = { access.Snapshots.List().Select(l => l.ToInfo()) },
            Meta = Replies.Meta(call, started),
        });
    }
}
