using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Protobuf;
using Google.Rpc;

namespace Asteri.Server.Features;

/// <summary>Commit tokens as they travel: read from requests, waited for, merged, written to replies.</summary>
internal static class CommitTokens
{
    /// <summary>Reads a token that a caller brought back.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is none of ours.</exception>
    public static CommitToken Parse(ByteString bytes, string field) => CommitToken.TryParse(bytes.Span, out var token)
        ? token
        : throw RpcException.Invalid(field, $"these {bytes.Length} bytes are no commit token; bring back one from a reply, unchanged.");

    /// <summary>Waits until reads see what the caller asks to see, within its own wait and the call's deadline.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT; DEADLINE_EXCEEDED: the node has not come that far in time.</exception>
    public static async ValueTask WaitAsync(Store store, ReadOptions? read, ServerCall call)
    {
        if (read is null || read.MinCommitToken.IsEmpty) { return; }
        var token = Parse(read.MinCommitToken, "read.min_commit_token");
        if (read.Wait is null)
        {
            await store.WaitForAsync(token, call.Cancellation);
            return;
        }

        var wait = ReadWait(read);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        patience.CancelAfter(wait);
        try
        {
            await store.WaitForAsync(token, patience.Token);
        }
        catch (OperationCanceledException) when (!call.Cancellation.IsCancellationRequested)
        {
            throw new RpcException(
                RpcCode.DeadlineExceeded,
                $"read.min_commit_token: the node has not come that far within read.wait ({wait.TotalSeconds:0.###} s).",
                new ErrorInfo { Reason = "COMMIT_TOKEN_NOT_REACHED", Domain = "asteri" });
        }
    }

    /// <summary>
    /// Everything that either covers. An acknowledgement carries the positions of all lanes, those before the write and those of it, so that a watch
    /// can start from it.
    /// </summary>
    public static ByteString Merge(CommitToken before, CommitToken written)
    {
        var seqs = new Dictionary<int, ulong>(before.Seqs);
        foreach (var (lane, seq) in written.Seqs) { seqs[lane] = Math.Max(seq, seqs.GetValueOrDefault(lane)); }
        return ToBytes(new(seqs));
    }

    public static ByteString ToBytes(CommitToken token) => UnsafeByteOperations.UnsafeWrap(token.ToBytes());

    private static TimeSpan ReadWait(ReadOptions read)
    {
        bool isTime = read.Wait.Seconds is >= 0 and <= 3600 && read.Wait.Nanos is >= 0 and < 1_000_000_000;
        return isTime ? read.Wait.ToTimeSpan() : throw RpcException.Invalid("read.wait", $"{read.Wait} is out of range; 0 to 3600 seconds.");
    }
}
