using System.Diagnostics;
using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Server.Features.Entries;

/// <summary>StoreService.GetEntry.</summary>
internal sealed class GetEntry(EntryAccess access)
{
    public async ValueTask<GetEntryResponse> HandleAsync(GetEntryRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        EntryAccess.CheckName(request.Space);
        if (request.Key.Length == 0 || request.Key.Length > access.Limits.MaxKeyBytes)
        {
            throw RpcException.Invalid("key", $"{request.Key.Length} bytes; a key has 1 to {access.Limits.MaxKeyBytes:N0}.");
        }

        await CommitTokens.WaitAsync(access.Store, request.Read, call);
        var value = access.FindToRead(request.Space, call) is { } space ? access.Store.Read(space, request.Key.Span) : null;
        if (value is not { } found) { throw new RpcException(RpcCode.NotFound, $"There is no entry under this key in a space '{request.Space}'."); }
        return new()
        {
            Entry = new() { Key = request.Key, Value = UnsafeByteOperations.UnsafeWrap(found.Bytes), Version = found.Seq },
            Meta = Replies.Meta(call, started),
        };
    }
}
