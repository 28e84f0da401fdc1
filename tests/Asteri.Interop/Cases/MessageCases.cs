using Asteri.Rpc.Client;
using Grpc.Testing;
using static Asteri.Interop.Cases.TestMethods;

namespace Asteri.Interop.Cases;

/// <summary>The cases of messages and streams.</summary>
internal static class MessageCases
{
    private const int ConcurrentCalls = 1_000;
    private static readonly int[] RequestSizes = [27_182, 8, 1_828, 45_904];
    private static readonly int[] ResponseSizes = [31_415, 9, 2_653, 58_979];

    public static async Task EmptyUnaryAsync(RpcChannel channel) =>
        Expect.Equal("response", new Empty(), await channel.UnaryAsync<Empty, Empty>(EmptyCall, new Empty()));

    public static async Task LargeUnaryAsync(RpcChannel channel)
    {
        var response = await channel.UnaryAsync<SimpleRequest, SimpleResponse>(UnaryCall, LargeRequest());
        HasZeros(LargeResponse, response.Payload);
    }

    /// <summary>More calls than the server lets a connection have streams: the rest must wait, and none may fail.</summary>
    public static async Task ConcurrentLargeUnaryAsync(RpcChannel channel) =>
        await Task.WhenAll(Enumerable.Range(0, ConcurrentCalls).Select(_ => LargeUnaryAsync(channel)));

    public static async Task ClientStreamingAsync(RpcChannel channel)
    {
        var requests = RequestSizes.Select(size => new Outgoing<StreamingInputCallRequest>(InputRequest(size))).ToArray();
        var exchange = await Exchange.RunAsync<StreamingInputCallRequest, StreamingInputCallResponse>(
            channel, StreamingInputCall, new CallOptions(), requests);
        Expect.Equal("aggregated size", 74_922, exchange.Single.AggregatedPayloadSize);
    }

    public static async Task ServerStreamingAsync(RpcChannel channel)
    {
        StreamingOutputCallRequest request = new() { ResponseParameters = { ResponseSizes.Select(size => new ResponseParameters { Size = size }) } };
        var exchange = await Exchange.RunAsync<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            channel, StreamingOutputCall, new CallOptions(), new Outgoing<StreamingOutputCallRequest>(request));
        Expect.Sequence("sizes", ResponseSizes, exchange.Responses.Select(r => r.Payload.Body.Length));
    }

    public static async Task PingPongAsync(RpcChannel channel)
    {
        await using var call = channel.Start<StreamingOutputCallRequest, StreamingOutputCallResponse>(FullDuplexCall);
        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();
        foreach (var (requestSize, responseSize) in RequestSizes.Zip(ResponseSizes))
        {
            await call.WriteAsync(OutputRequest(responseSize, requestSize));
            Expect.Equal("a response came", true, await responses.MoveNextAsync());
            HasZeros(responseSize, responses.Current.Payload);
        }

        await call.CompleteAsync();
        Expect.Equal("a response after the last", false, await responses.MoveNextAsync());
    }

    public static async Task EmptyStreamAsync(RpcChannel channel)
    {
        var exchange = await Exchange.RunAsync<StreamingOutputCallRequest, StreamingOutputCallResponse>(channel, FullDuplexCall, new CallOptions());
        Expect.Equal("responses", 0, exchange.Responses.Count);
    }
}
