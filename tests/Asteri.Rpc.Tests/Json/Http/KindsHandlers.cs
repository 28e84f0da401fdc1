using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Asteri.Rpc.Tests.Protos;
using Google.Protobuf.WellKnownTypes;

namespace Asteri.Rpc.Tests.Json.Http;

/// <summary>Echoes, in every shape of a call.</summary>
internal sealed class KindsHandlers
{
    /// <summary>What Echo does instead, when it is set.</summary>
    public Func<Kinds, ServerCall, ValueTask<Kinds>> OnEcho { get; set; } = (request, _) => ValueTask.FromResult(request);

    /// <summary>What Count waits for before its second message.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public RpcService Bind() => RpcService.Bind(KindsReflection.Descriptor, "KindsService", bind => bind
        .Unary<Kinds, Kinds>("Echo", (request, call) => OnEcho(request, call))
        .ServerStream<Kinds, Kinds>("Count", CountAsync)
        .ClientStream<Kinds, Kinds>("Collect", CollectAsync)
        .Duplex<Kinds, Kinds>("Chat", (requests, _) => requests)
        .Unary<Empty, Empty>("Unrouted", (request, _) => ValueTask.FromResult(request)));

    /// <summary>Counts to int_narrow; then, with a text, fails with it. With a flag, every message has a moment that JSON cannot say.</summary>
    private async IAsyncEnumerable<Kinds> CountAsync(Kinds request, ServerCall call)
    {
        for (int i = 0; i < request.IntNarrow; i++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            yield return new() { IntNarrow = i, At = request.Flag ? new() { Seconds = long.MaxValue } : null };
            await Gate.WaitAsync(call.Cancellation);
        }

        if (request.Text.Length > 0) { throw new RpcException(RpcCode.FailedPrecondition, request.Text); }
    }

    private static async ValueTask<Kinds> CollectAsync(IAsyncEnumerable<Kinds> requests, ServerCall call)
    {
        var all = new Kinds();
        await foreach (var request in requests) { all.Texts.Add(request.Text); }
        return all;
    }
}
