using System.Collections.Concurrent;
using Asteri.Rpc.Services;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Builtin;

/// <summary>Our own services with handlers that note what they were asked and answer with nothing.</summary>
internal static class FakeServices
{
    public static RpcService Store(ConcurrentQueue<IMessage>? seen = null) => RpcService.Bind(StoreReflection.Descriptor, "StoreService", bind => bind
        .Unary<WriteEntriesRequest, WriteEntriesResponse>("WriteEntries", (request, _) => Note<WriteEntriesResponse>(request, seen))
        .Unary<GetEntryRequest, GetEntryResponse>("GetEntry", (request, _) => Note<GetEntryResponse>(request, seen))
        .Unary<ListEntriesRequest, ListEntriesResponse>("ListEntries", (request, _) => Note<ListEntriesResponse>(request, seen))
        .Unary<ListSpacesRequest, ListSpacesResponse>("ListSpaces", (request, _) => Note<ListSpacesResponse>(request, seen))
        .ServerStream<ScanEntriesRequest, ScanEntriesResponse>("ScanEntries", (request, _) => NoteStream<ScanEntriesResponse>(request, seen))
        .ServerStream<WatchEntriesRequest, WatchEntriesResponse>("WatchEntries", (request, _) => NoteStream<WatchEntriesResponse>(request, seen))
        .Duplex<StreamEntriesRequest, StreamEntriesResponse>("StreamEntries", (_, _) => AsyncEnumerable.Empty<StreamEntriesResponse>()));

    public static RpcService Admin(ConcurrentQueue<IMessage>? seen = null) => RpcService.Bind(AdminReflection.Descriptor, "AdminService", bind => bind
        .Unary<GetStatusRequest, GetStatusResponse>("GetStatus", (request, _) => Note<GetStatusResponse>(request, seen))
        .ServerStream<CreateSnapshotRequest, CreateSnapshotResponse>("CreateSnapshot", (request, _) => SnapshotOf(request, seen))
        .Unary<ListSnapshotsRequest, ListSnapshotsResponse>("ListSnapshots", (request, _) => Note<ListSnapshotsResponse>(request, seen))
        .Unary<CreateKeyRequest, CreateKeyResponse>("CreateKey", (request, _) => Note<CreateKeyResponse>(request, seen))
        .Unary<ListKeysRequest, ListKeysResponse>("ListKeys", (request, _) => Note<ListKeysResponse>(request, seen))
        .Unary<RotateKeyRequest, RotateKeyResponse>("RotateKey", (request, _) => Note<RotateKeyResponse>(request, seen))
        .Unary<RevokeKeyRequest, RevokeKeyResponse>("RevokeKey", (request, _) => Note<RevokeKeyResponse>(request, seen)));

    private static IAsyncEnumerable<CreateSnapshotResponse> SnapshotOf(CreateSnapshotRequest request, ConcurrentQueue<IMessage>? seen) =>
        NoteStream<CreateSnapshotResponse>(request, seen);

    private static ValueTask<T> Note<T>(IMessage request, ConcurrentQueue<IMessage>? seen)
        where T : new()
    {
        seen?.Enqueue(request);
        return ValueTask.FromResult(new T());
    }

    private static IAsyncEnumerable<T> NoteStream<T>(IMessage request, ConcurrentQueue<IMessage>? seen)
    {
        seen?.Enqueue(request);
        return AsyncEnumerable.Empty<T>();
    }
}
