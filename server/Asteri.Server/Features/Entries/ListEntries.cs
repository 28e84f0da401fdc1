using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService.ListEntries: a page ends at its size in entries, or earlier at a size in bytes that every client takes.</summary>
internal sealed class ListEntries(EntryAccess access)
{
    /// <summary>Stock gRPC clients refuse messages over 4 MiB unless told otherwise.</summary>
    internal const int MaxPageBytes = 3 << 20;

    public async ValueTask<ListEntriesResponse> HandleAsync(ListEntriesRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        EntryAccess.CheckName(request.Space);
        int size = PageSize.Of(request.PageSize);
        string query = $"entries\n{Principal.Of(call).Tenant}\n{request.Space}\n{request.KeysOnly}\n{request.Prefix.ToBase64()}";
        byte[] after = PageToken.Read(query, request.PageToken);
        await CommitTokens.WaitAsync(access.Store, request.Read, call);
        var space = access.SpaceToRead(request.Space, call);
        var token = access.Store.Now;
        await access.Store.WaitForAsync(token, call.Cancellation);

        var response = new ListEntriesResponse();
        int bytes = 0;
        foreach (var entry in EntryScan.Read(access.Store, space, (request.Prefix, after), request.KeysOnly))
        {
            call.Cancellation.ThrowIfCancellationRequested();
            bool isFull = response.Entries.Count == size || (response.Entries.Count > 0 && bytes + EntryScan.SizeOf(entry) > MaxPageBytes);
            if (isFull)
            {
                response.NextPageToken = PageToken.Write(query, response.Entries[^1].Key.Span);
                break;
            }

            response.Entries.Add(entry);
            bytes += EntryScan.SizeOf(entry);
        }

        response.Meta = Replies.Meta(call, started, CommitTokens.ToBytes(token));
        return response;
    }
}
