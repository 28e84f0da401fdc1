using Asteri.Rpc.Services;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService, bound: one slice an rpc.</summary>
internal static class EntryFeature
{
    public static RpcService Bind(EntryRoom room, ILoggerFactory loggers) => RpcService.Bind(StoreReflection.Descriptor, "StoreService", bind => bind
        .Unary<WriteEntriesRequest, WriteEntriesResponse>("WriteEntries", new WriteEntries(room, loggers.CreateLogger<WriteEntries>()).HandleAsync)
        .Unary<GetEntryRequest, GetEntryResponse>("GetEntry", new GetEntry(room).HandleAsync)
        .Unary<ListEntriesRequest, ListEntriesResponse>("ListEntries", new ListEntries(room).HandleAsync)
        .ServerStream<ScanEntriesRequest, ScanEntriesResponse>("ScanEntries", new ScanEntries(room).HandleAsync)
        .ServerStream<WatchEntriesRequest, WatchEntriesResponse>("WatchEntries", new WatchEntries(room).HandleAsync)
        .Duplex<StreamEntriesRequest, StreamEntriesResponse>("StreamEntries", new StreamEntries(room).HandleAsync)
        .Unary<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new ListSpaces(room).HandleAsync));
}
