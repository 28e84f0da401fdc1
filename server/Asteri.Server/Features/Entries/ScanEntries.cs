using System.Runtime.CompilerServices;
using Asteri.Rpc.Calls;
using Asteri.V1;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// StoreService.ScanEntries. The first message says where the store stood when the scan began, so that a watch can go on from there. A message is
/// read under a slot of its own: a caller who reads slowly holds none.
/// </summary>
internal sealed class ScanEntries(EntryAccess access)
{
    internal const int MaxMessageEntries = 512;
    internal const int MaxMessageBytes = 256 << 10;

    public async IAsyncEnumerable<ScanEntriesResponse> HandleAsync(ScanEntriesRequest request, ServerCall call)
    {
        EntryAccess.CheckName(request.Space);
        await CommitTokens.WaitAsync(access.Store, request.Read, call);
        var space = access.SpaceToRead(request.Space, call);
        var token = access.Store.Now;
        await access.Store.WaitForAsync(token, call.Cancellation);
        yield return new() { CommitToken = CommitTokens.ToBytes(token) };

        using var entries = EntryScan.Read(access.Store, space, (request.Prefix, request.AfterKey.Memory), request.KeysOnly).GetEnumerator();
        await foreach (var message in MessagesAsync(entries, call, call.Cancellation)) { yield return message; }
    }

    private async IAsyncEnumerable<ScanEntriesResponse> MessagesAsync(
        IEnumerator<Entry> entries, ServerCall call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ThrowIfStopping();
            access.Gate.Recheck(call);
            var message = new ScanEntriesResponse();
            using (var slot = await access.Gate.Enter(call))
            {
                Fill(message, entries);
                slot.Succeed();
            }

            if (message.Entries.Count == 0) { yield break; }
            yield return message;
        }
    }

    private static void Fill(ScanEntriesResponse message, IEnumerator<Entry> entries)
    {
        int bytes = 0;
        while (bytes < MaxMessageBytes && message.Entries.Count < MaxMessageEntries && entries.MoveNext())
        {
            message.Entries.Add(entries.Current);
            bytes += EntryScan.SizeOf(entries.Current);
        }
    }

    private void ThrowIfStopping()
    {
        if (access.Stopping.IsCancellationRequested)
        {
            throw RpcException.RetryAfter(
                RpcCode.Unavailable, "The node is stopping; go on behind the last key.", TimeSpan.FromSeconds(1), "STOPPING");
        }
    }
}
