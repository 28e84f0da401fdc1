using Asteri.Rpc.Services;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService, bound: one slice an rpc.</summary>
internal static class EntryFeature
{
    public static RpcService Bind(EntryAccess access, ILoggerFactory loggers) =>
        RpcService.Bind(StoreReflection.Descriptor, "StoreService", bind => bind
        .Unary<WriteEntriesRequest, WriteEntriesResponse>("WriteEntries", new WriteEntries(access, loggers.CreateLogger<WriteEntries>()).HandleAsync)
        .Unary<GetEntryRequest, GetEntryResponse>("GetEntry", new GetEntry(access).HandleAsync)
        .Unary<ListEntriesRequest, ListEntriesResponse>("ListEntries", new ListEntries(access).HandleAsync)
        .ServerStream<ScanEntriesRequest, ScanEntriesResponse>("ScanEntries", new ScanEntries(access).HandleAsync)
        .ServerStream<WatchEntriesRequest, WatchEntriesResponse>("WatchEntries", new WatchEntries(access).HandleAsync)
        .Duplex<StreamEntriesRequest, StreamEntriesResponse>("StreamEntries", new StreamEntries(access).HandleAsync)
        .Unary<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new ListSpaces(access).HandleAsync));
}
