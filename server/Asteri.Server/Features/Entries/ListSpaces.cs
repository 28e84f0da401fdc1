using System.Diagnostics;
using System.Text;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService.ListSpaces: the names that the caller's key reaches.</summary>
internal sealed class ListSpaces(EntryAccess access)
{
    public ValueTask<ListSpacesResponse> HandleAsync(ListSpacesRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        int size = PageSize.Of(request.PageSize);
        var caller = Principal.Of(call);
        string query = $"spaces\n{caller.Tenant}";
        string after = Encoding.UTF8.GetString(PageToken.Read(query, request.PageToken));

        var response = new ListSpacesResponse();
        foreach (var (name, space) in access.Spaces.List(caller.Tenant, after).Where(s => caller.CanReach(s.Key)))
        {
            if (response.Spaces.Count == size)
            {
                response.NextPageToken = PageToken.Write(query, Encoding.UTF8.GetBytes(response.Spaces[^1].Name));
                break;
            }

            response.Spaces.Add(new SpaceInfo { Name = name, Entries = access.Store.Count(space) });
        }

        response.Meta = Replies.Meta(call, started);
        return ValueTask.FromResult(response);
    }
}
