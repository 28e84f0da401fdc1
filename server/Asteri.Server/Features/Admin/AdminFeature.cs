using Asteri.Rpc.Services;
using Asteri.V1;

namespace Asteri.Server.Features.Admin;

/// <summary>AdminService, bound.</summary>
internal static class AdminFeature
{
    public static RpcService Bind(AdminAccess access)
    {
        var keys = new Keys(access);
        return RpcService.Bind(AdminReflection.Descriptor, "AdminService", bind => bind
            .Unary<GetStatusRequest, GetStatusResponse>("GetStatus", new GetStatus(access).HandleAsync)
            .ServerStream<CreateSnapshotRequest, CreateSnapshotResponse>("CreateSnapshot", new CreateSnapshot(access).HandleAsync)
            .Unary<ListSnapshotsRequest, ListSnapshotsResponse>("ListSnapshots", new ListSnapshots(access).HandleAsync)
            .Unary<CreateKeyRequest, CreateKeyResponse>("CreateKey", keys.CreateAsync)
            .Unary<ListKeysRequest, ListKeysResponse>("ListKeys", keys.ListAsync)
            .Unary<RotateKeyRequest, RotateKeyResponse>("RotateKey", keys.RotateAsync)
            .Unary<RevokeKeyRequest, RevokeKeyResponse>("RevokeKey", keys.RevokeAsync));
    }
}
