using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>
/// The echo service: does what the request says, good or bad. Metadata under "x-echo" and "x-echo-bin" comes back as headers and trailers.
/// </summary>
internal sealed class EchoHandlers
{
    private int _cancelled;
    private int _delayed;

    /// <summary>How many handlers have begun to wait.</summary>
    public int Delayed => Volatile.Read(ref _delayed);

    /// <summary>How many handlers saw their call cancelled.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public RpcService Bind() => RpcService.Bind(EchoReflection.Descriptor, "EchoService", bind => bind
        .Unary<Word, Word>("Say", SayAsync)
        .ServerStream<Word, Word>("Repeat", RepeatAsync)
        .ClientStream<Word, Word>("Join", JoinAsync)
        .Duplex<Word, Word>("Chat", ChatAsync));

    private async ValueTask<Word> SayAsync(Word word, ServerCall call)
    {
        EchoMetadata(call);
        await ObeyAsync(word, call);
        return word;
    }

    private async IAsyncEnumerable<Word> RepeatAsync(Word word, ServerCall call)
    {
        EchoMetadata(call);
        for (int i = 0; i < word.Count; i++)
        {
            yield return new Word { Text = word.Text, Count = i, Payload = ByteString.CopyFrom(new byte[word.Size]) };
        }

        await ObeyAsync(word, call);
    }

    private async ValueTask<Word> JoinAsync(IAsyncEnumerable<Word> words, ServerCall call)
    {
        EchoMetadata(call);
        var joined = new Word();
        await foreach (var word in words)
        {
            await ObeyAsync(word, call);
            joined.Text += word.Text;
            joined.Size += word.Payload.Length;
            joined.Count += call.RequestCompressed ? 1 : 0;
        }

        return joined;
    }

    private async IAsyncEnumerable<Word> ChatAsync(IAsyncEnumerable<Word> words, ServerCall call)
    {
        EchoMetadata(call);
        await foreach (var word in words)
        {
            await ObeyAsync(word, call);
            yield return word;
        }
    }

    private async ValueTask ObeyAsync(Word word, ServerCall call)
    {
        call.CompressResponses = word.Compress;
        if (word.DelayMs > 0) { await DelayAsync(word.DelayMs, call); }
        if (word.Crash) { throw new InvalidOperationException("secret of the server"); }
        if (word.Refusal is not { } refusal) { return; }
        throw refusal.Field.Length > 0
            ? RpcException.Invalid(refusal.Field, refusal.Message)
            : new RpcException((RpcCode)refusal.Code, refusal.Message);
    }

    private async Task DelayAsync(int delayMs, ServerCall call)
    {
        Interlocked.Increment(ref _delayed);
        try
        {
            await Task.Delay(delayMs, call.Cancellation);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }
    }

    private static void EchoMetadata(ServerCall call)
    {
        foreach (var entry in call.RequestHeaders.Where(e => e.Name is "x-echo" or "x-echo-bin"))
        {
            if (entry.Bytes is { } bytes) { call.ResponseTrailers.Add(entry.Name, bytes); }
            else { call.ResponseHeaders.Add(entry.Name, entry.Text!); }
        }
    }
}
