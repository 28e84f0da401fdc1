using Asteri.Rpc.Services;
using Asteri.V1;

namespace Asteri.Rpc.Tests.Builtin;

/// <summary>Services whose descriptors matter and whose handlers do not.</summary>
internal static class FakeServices
{
    public static RpcService Store() => RpcService.Bind(StoreReflection.Descriptor, "StoreService", bind => bind
        .Unary<WriteEntriesRequest, WriteEntriesResponse>("WriteEntries", (_, _) => ValueTask.FromResult(new WriteEntriesResponse()))
        .Unary<GetEntryRequest, GetEntryResponse>("GetEntry", (_, _) => ValueTask.FromResult(new GetEntryResponse()))
        .Unary<ListEntriesRequest, ListEntriesResponse>("ListEntries", (_, _) => ValueTask.FromResult(new ListEntriesResponse()))
        .Unary<ListSpacesRequest, ListSpacesResponse>("ListSpaces", (_, _) => ValueTask.FromResult(new ListSpacesResponse()))
        .ServerStream<ScanEntriesRequest, ScanEntriesResponse>("ScanEntries", (_, _) => AsyncEnumerable.Empty<ScanEntriesResponse>())
        .ServerStream<WatchEntriesRequest, WatchEntriesResponse>("WatchEntries", (_, _) => AsyncEnumerable.Empty<WatchEntriesResponse>())
        .Duplex<StreamEntriesRequest, StreamEntriesResponse>("StreamEntries", (_, _) => AsyncEnumerable.Empty<StreamEntriesResponse>()));
}
