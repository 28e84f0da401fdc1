using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Interop.Cases;

/// <summary>A call that ended with OK: its responses, which of them came compressed, and its metadata.</summary>
internal sealed record Exchange<TResponse>(List<TResponse> Responses, List<bool> Compressed, Metadata Headers, Metadata Trailers)
{
    /// <summary>The one response of a call that has exactly one.</summary>
    public TResponse Single
    {
        get
        {
            Expect.Equal("responses", 1, Responses.Count);
            return Responses[0];
        }
    }
}

/// <summary>A request, and whether it goes compressed.</summary>
internal readonly record struct Outgoing<TRequest>(TRequest Message, bool Compress = false);

internal static class Exchange
{
    /// <summary>Sends the requests one behind the other, ends its side, and reads to the end.</summary>
    public static async Task<Exchange<TResponse>> RunAsync<TRequest, TResponse>(
        RpcChannel channel, MethodDescriptor method, CallOptions options, params IReadOnlyList<Outgoing<TRequest>> requests)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        await using var call = channel.Start<TRequest, TResponse>(method, options);
        foreach (var (message, compress) in requests) { await call.WriteAsync(message, compress); }
        await call.CompleteAsync();
        Exchange<TResponse> exchange = new([], [], await call.ResponseHeadersAsync, call.Trailers);
        await foreach (var response in call.ReadAllAsync())
        {
            exchange.Responses.Add(response);
            exchange.Compressed.Add(call.ResponseCompressed);
        }

        return exchange with { Trailers = call.Trailers };
    }
}
