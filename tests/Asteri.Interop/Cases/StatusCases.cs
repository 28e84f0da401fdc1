using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;
using static Asteri.Interop.Cases.TestMethods;

namespace Asteri.Interop.Cases;

/// <summary>The cases of metadata, status, cancellation and deadlines.</summary>
internal static class StatusCases
{
    private const string InitialKey = "x-grpc-test-echo-initial";
    private const string InitialValue = "test_initial_metadata_value";
    private const string TrailingKey = "x-grpc-test-echo-trailing-bin";
    private static readonly byte[] TrailingValue = [0xab, 0xab, 0xab];

    public static async Task CustomMetadataAsync(RpcChannel channel)
    {
        CallOptions options = new() { Headers = new Metadata { { InitialKey, InitialValue }, { TrailingKey, TrailingValue } } };
        var unary = await Exchange.RunAsync<SimpleRequest, SimpleResponse>(channel, UnaryCall, options, new Outgoing<SimpleRequest>(LargeRequest()));
        HasZeros(LargeResponse, unary.Single.Payload);
        HasEcho(unary.Headers, unary.Trailers);

        var duplex = await Exchange.RunAsync<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            channel, FullDuplexCall, options, new Outgoing<StreamingOutputCallRequest>(OutputRequest(LargeResponse, 271_828)));
        HasZeros(LargeResponse, duplex.Single.Payload);
        HasEcho(duplex.Headers, duplex.Trailers);
    }

    public static async Task StatusCodeAndMessageAsync(RpcChannel channel)
    {
        const string Message = "test status message";
        Expect.Equal("message", Message, (await UnaryStatusAsync(channel, Message)).Message);

        StreamingOutputCallRequest request = new() { ResponseStatus = new EchoStatus { Code = (int)RpcCode.Unknown, Message = Message } };
        var status = await Expect.StatusAsync(RpcCode.Unknown, () => Exchange.RunAsync<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            channel, FullDuplexCall, new CallOptions(), new Outgoing<StreamingOutputCallRequest>(request)));
        Expect.Equal("message", Message, status.Message);
    }

    public static async Task SpecialStatusMessageAsync(RpcChannel channel)
    {
        const string Message = "\t\ntest with whitespace\r\nand Unicode BMP \u263A and non-BMP \U0001F608\t\n";
        Expect.Equal("message", Message, (await UnaryStatusAsync(channel, Message)).Message);
    }

    public static Task UnimplementedMethodAsync(RpcChannel channel) => UnimplementedAsync(channel, UnimplementedMethod);

    public static Task UnimplementedServiceAsync(RpcChannel channel) => UnimplementedAsync(channel, UnimplementedService);

    public static async Task CancelAfterBeginAsync(RpcChannel channel)
    {
        using CancellationTokenSource cancel = new();
        await using var call = channel.Start<StreamingInputCallRequest, StreamingInputCallResponse>(
            StreamingInputCall, new CallOptions { Cancellation = cancel.Token });
        await cancel.CancelAsync();
        await Expect.StatusAsync(RpcCode.Cancelled, () => ReadToEndAsync(call));
    }

    public static async Task CancelAfterFirstResponseAsync(RpcChannel channel)
    {
        using CancellationTokenSource cancel = new();
        await using var call = channel.Start<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            FullDuplexCall, new CallOptions { Cancellation = cancel.Token });
        await call.WriteAsync(OutputRequest(31_415, 27_182));
        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();
        Expect.Equal("a response came", true, await responses.MoveNextAsync());
        HasZeros(31_415, responses.Current.Payload);
        await cancel.CancelAsync();
        await Expect.StatusAsync(RpcCode.Cancelled, () => responses.MoveNextAsync().AsTask());
    }

    public static Task TimeoutOnSleepingServerAsync(RpcChannel channel) => Expect.StatusAsync(RpcCode.DeadlineExceeded, async () =>
    {
        await using var call = channel.Start<StreamingOutputCallRequest, StreamingOutputCallResponse>(
            FullDuplexCall, new CallOptions { Timeout = TimeSpan.FromMilliseconds(1) });
        await call.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27_182) });
        await ReadToEndAsync(call);
    });

    /// <summary>Not published: a message above the peer's limit of 4 MiB, gRPC's default.</summary>
    public static Task RequestTooLargeAsync(RpcChannel channel) => Expect.StatusAsync(RpcCode.ResourceExhausted, () =>
        channel.UnaryAsync<SimpleRequest, SimpleResponse>(UnaryCall, new SimpleRequest { Payload = Zeros(5 << 20) }));

    /// <summary>Not published: the server ends the call while this side goes on writing; its status must come through.</summary>
    public static async Task StatusWhileWritingAsync(RpcChannel channel)
    {
        await using var call = channel.Start<StreamingOutputCallRequest, StreamingOutputCallResponse>(FullDuplexCall);
        await call.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = new EchoStatus { Code = (int)RpcCode.Unknown, Message = "enough" } });
        try
        {
            for (int i = 0; i < 200; i++) { await call.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(65_536) }); }
        }
        catch (RpcException)
        {
            // The call has ended; how, is asked below.
        }

        var status = await Expect.StatusAsync(RpcCode.Unknown, () => ReadToEndAsync(call));
        Expect.Equal("message", "enough", status.Message);
    }

    private static Task<RpcStatus> UnaryStatusAsync(RpcChannel channel, string message)
    {
        SimpleRequest request = new() { ResponseStatus = new EchoStatus { Code = (int)RpcCode.Unknown, Message = message } };
        return Expect.StatusAsync(RpcCode.Unknown, () => channel.UnaryAsync<SimpleRequest, SimpleResponse>(UnaryCall, request));
    }

    private static Task<RpcStatus> UnimplementedAsync(RpcChannel channel, MethodDescriptor method) =>
        Expect.StatusAsync(RpcCode.Unimplemented, () => channel.UnaryAsync<Empty, Empty>(method, new Empty()));

    private static async Task ReadToEndAsync<TRequest, TResponse>(ClientCall<TRequest, TResponse> call)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        await foreach (var response in call.ReadAllAsync()) { throw new CaseFailedException($"a response came: {response.CalculateSize()} bytes."); }
    }

    private static void HasEcho(Metadata headers, Metadata trailers)
    {
        Expect.Equal(InitialKey, InitialValue, headers.TryGetText(InitialKey, out var text) ? text : null);
        Expect.Sequence(TrailingKey, TrailingValue, trailers.TryGetBytes(TrailingKey, out var bytes) ? bytes : []);
    }
}
