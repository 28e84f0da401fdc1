using Asteri.Rpc.Services;
using Asteri.Rpc.Tests.Echo;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>Handlers that do no more than a request can ask for by accident: no waiting, no crashing, few answers.</summary>
internal static class FuzzHandlers
{
    public static RpcService Bind() => RpcService.Bind(EchoReflection.Descriptor, "EchoService", bind => bind
        .Unary<Word, Word>("Say", (word, _) => new(word))
        .ServerStream<Word, Word>("Repeat", (word, _) => Enumerable.Repeat(word, Math.Clamp(word.Count, 0, 3)).ToAsyncEnumerable())
        .ClientStream<Word, Word>("Join", async (words, _) => new Word { Count = await words.CountAsync() })
        .Duplex<Word, Word>("Chat", (words, _) => words));
}
