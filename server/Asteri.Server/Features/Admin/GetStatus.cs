using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Protobuf.WellKnownTypes;
using LaneState = Asteri.Engine.Storage.LaneState;
using LaneStatus = Asteri.Engine.Storage.LaneStatus;

namespace Asteri.Server.Features.Admin;

/// <summary>AdminService.GetStatus: the node and its lanes as they stand.</summary>
internal sealed class GetStatus(AdminAccess access)
{
    public ValueTask<GetStatusResponse> HandleAsync(GetStatusRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        return ValueTask.FromResult(new GetStatusResponse
        {
            Version = access.Version,
            StartedAt = access.StartedAt.ToTimestamp(),
            Lanes = { access.Store.Status.Select(ToWire) },
            FreeDiskBytes = new DriveInfo(access.DataDirectory).AvailableFreeSpace,
            Meta = Replies.Meta(call, started, CommitTokens.ToBytes(access.Store.Now)),
        });
    }

    private static V1.LaneStatus ToWire(LaneStatus lane) => new()
    {
        Lane = lane.Lane,
        State = lane.State switch
        {
            LaneState.Healthy => V1.LaneState.Healthy,
            LaneState.ReadOnly => V1.LaneState.ReadOnly,
            LaneState.Refused => V1.LaneState.Refused,
            _ => throw new InvalidOperationException($"A lane is {lane.State}, which has no word on the wire."),
        },
        Reason = lane.Reason,
        LastSeq = lane.LastSeq,
        CheckpointSeq = lane.CheckpointSeq,
        Entries = lane.Entries,
        LogBytes = lane.LogBytes,
        ValueBytes = lane.ValueBytes,
    };
}
