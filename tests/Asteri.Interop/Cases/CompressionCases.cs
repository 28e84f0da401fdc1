using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Grpc.Testing;
using static Asteri.Interop.Cases.TestMethods;

namespace Asteri.Interop.Cases;

/// <summary>
/// The cases of gzip. The published client cases begin with a probe: a message that says it came compressed and did not, which a server must refuse.
/// The forms without it serve servers whose API cannot tell.
/// </summary>
internal static class CompressionCases
{
    private static readonly BoolValue Yes = new() { Value = true };
    private static readonly BoolValue No = new() { Value = false };
    private static readonly CallOptions Compressing = new() { Compress = true };

    public static async Task ClientUnaryAsync(RpcChannel channel)
    {
        await Expect.StatusAsync(RpcCode.InvalidArgument, () => UnaryAsync(channel, Yes, new CallOptions()));
        await ClientUnaryWithoutProbeAsync(channel);
    }

    public static async Task ClientUnaryWithoutProbeAsync(RpcChannel channel)
    {
        await UnaryAsync(channel, Yes, Compressing);
        await UnaryAsync(channel, No, new CallOptions());
    }

    public static async Task ServerUnaryAsync(RpcChannel channel)
    {
        foreach (var compressed in (BoolValue[])[Yes, No])
        {
            var request = LargeRequest();
            request.ResponseCompressed = compressed;
            var exchange = await Exchange.RunAsync<SimpleRequest, SimpleResponse>(
                channel, UnaryCall, new CallOptions(), new Outgoing<SimpleRequest>(request));
            HasZeros(LargeResponse, exchange.Single.Payload);
            Expect.Sequence("compressed flag", [compressed.Value], exchange.Compressed);
        }
    }

    public static async Task ClientStreamingAsync(RpcChannel channel)
    {
        Outgoing<StreamingInputCallRequest> probe = new(new() { ExpectCompressed = Yes, Payload = Zeros(27_182) });
        await Expect.StatusAsync(RpcCode.InvalidArgument, () =>
            Exchange.RunAsync<StreamingInputCallRequest, StreamingInputCallResponse>(channel, StreamingInputCall, new CallOptions(), probe));
        await ClientStreamingWithoutProbeAsync(channel);
    }

    public static async Task ClientStreamingWithoutProbeAsync(RpcChannel channel)
    {
        var exchange = await Exchange.RunAsync<StreamingInputCallRequest, StreamingInputCallResponse>(
            channel,
            StreamingInputCall,
            Compressing,
            new Outgoing<StreamingInputCallRequest>(new() { ExpectCompressed = Yes, Payload = Zeros(27_182) }, Compress: true),
            new Outgoing<StreamingInputCallRequest>(new() { ExpectCompressed = No, Payload = Zeros(45_904) }));
        Expect.Equal("aggregated size", 73_086, exchange.Single.AggregatedPayloadSize);
    }

    public static async Task ServerStreamingAsync(RpcChannel channel)
    {
        StreamingOutputCallRequest request = new()
        {
            ResponseParameters =
            {
                new ResponseParameters { Size = 31_415, Compressed = Yes },
                new ResponseParameters { Size = 92_653, Compressed = No },
            },
        };
        var exchange = await Exchange.RunAsync<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            channel, StreamingOutputCall, new CallOptions(), new Outgoing<StreamingOutputCallRequest>(request));
        Expect.Sequence("sizes", [31_415, 92_653], exchange.Responses.Select(r => r.Payload.Body.Length));
        Expect.Sequence("compressed flags", [true, false], exchange.Compressed);
    }

    private static async Task UnaryAsync(RpcChannel channel, BoolValue expectCompressed, CallOptions options)
    {
        var request = LargeRequest();
        request.ExpectCompressed = expectCompressed;
        HasZeros(LargeResponse, (await channel.UnaryAsync<SimpleRequest, SimpleResponse>(UnaryCall, request, options)).Payload);
    }
}
