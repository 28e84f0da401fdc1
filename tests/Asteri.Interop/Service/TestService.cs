using System.Globalization;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Google.Protobuf;
using Grpc.Testing;
using InputRequest = Grpc.Testing.StreamingInputCallRequest;
using InputResponse = Grpc.Testing.StreamingInputCallResponse;
using OutputRequest = Grpc.Testing.StreamingOutputCallRequest;
using OutputResponse = Grpc.Testing.StreamingOutputCallResponse;

namespace Asteri.Interop.Service;

/// <summary>
/// grpc.testing.TestService as gRPC's interop descriptions define it, with the features CompressedRequest, CompressedResponse, Echo Status, Echo
/// Metadata and interval_us.
/// </summary>
public sealed class TestService(TimeProvider clock)
{
    /// <summary>The largest body that a request may ask for; the published cases stay below 320 kB.</summary>
    public const int MaxBodyBytes = 16 << 20;

    private const string InitialKey = "x-grpc-test-echo-initial";
    private const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    /// <summary>The service, bound. UnimplementedCall answers UNIMPLEMENTED, as the descriptions want it.</summary>
    public RpcService Bind() => RpcService.Bind(TestReflection.Descriptor, "TestService", bind => bind
        .Unary<Empty, Empty>("EmptyCall", (_, _) => ValueTask.FromResult(new Empty()))
        .Unary<SimpleRequest, SimpleResponse>("UnaryCall", UnaryCall)
        .Unary<SimpleRequest, SimpleResponse>("CacheableUnaryCall", CacheableUnaryCall)
        .ServerStream<OutputRequest, OutputResponse>("StreamingOutputCall", StreamingOutputCall)
        .ClientStream<InputRequest, InputResponse>("StreamingInputCall", StreamingInputCallAsync)
        .Duplex<OutputRequest, OutputResponse>("FullDuplexCall", FullDuplexCallAsync)
        .Duplex<OutputRequest, OutputResponse>("HalfDuplexCall", HalfDuplexCallAsync)
        .Unary<Empty, Empty>("UnimplementedCall", (_, _) => throw new RpcException(RpcCode.Unimplemented, "UnimplementedCall is served by nobody.")));

    private static ValueTask<SimpleResponse> UnaryCall(SimpleRequest request, ServerCall call)
    {
        EchoMetadata(call);
        CheckCompression(request.ExpectCompressed, call);
        ThrowIfAsked(request.ResponseStatus);
        call.CompressResponses = request.ResponseCompressed?.Value ?? false;
        return ValueTask.FromResult(new SimpleResponse { Payload = Zeros(request.ResponseSize) });
    }

    private ValueTask<SimpleResponse> CacheableUnaryCall(SimpleRequest request, ServerCall call)
    {
        call.ResponseHeaders.Add("cache-control", "max-age=60, public");
        var stamp = clock.GetTimestamp().ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFromUtf8(stamp) } });
    }

    private static async ValueTask<InputResponse> StreamingInputCallAsync(IAsyncEnumerable<InputRequest> requests, ServerCall call)
    {
        EchoMetadata(call);
        int total = 0;
        await foreach (var request in requests)
        {
            CheckCompression(request.ExpectCompressed, call);
            total += request.Payload?.Body.Length ?? 0;
        }

        return new InputResponse { AggregatedPayloadSize = total };
    }

    private IAsyncEnumerable<OutputResponse> StreamingOutputCall(OutputRequest request, ServerCall call)
    {
        EchoMetadata(call);
        ThrowIfAsked(request.ResponseStatus);
        return RespondAsync(request, call);
    }

    private async IAsyncEnumerable<OutputResponse> FullDuplexCallAsync(IAsyncEnumerable<OutputRequest> requests, ServerCall call)
    {
        EchoMetadata(call);
        await foreach (var request in requests)
        {
            ThrowIfAsked(request.ResponseStatus);
            await foreach (var response in RespondAsync(request, call)) { yield return response; }
        }
    }

    private async IAsyncEnumerable<OutputResponse> HalfDuplexCallAsync(IAsyncEnumerable<OutputRequest> requests, ServerCall call)
    {
        EchoMetadata(call);
        List<OutputRequest> received = [];
        await foreach (var request in requests) { received.Add(request); }
        foreach (var request in received)
        {
            await foreach (var response in RespondAsync(request, call)) { yield return response; }
        }
    }

    private async IAsyncEnumerable<OutputResponse> RespondAsync(OutputRequest request, ServerCall call)
    {
        foreach (var wanted in request.ResponseParameters)
        {
            if (wanted.IntervalUs > 0) { await Task.Delay(TimeSpan.FromMicroseconds(wanted.IntervalUs), clock, call.Cancellation); }
            call.CompressResponses = wanted.Compressed?.Value ?? false;
            yield return new OutputResponse { Payload = Zeros(wanted.Size) };
        }
    }

    private static void EchoMetadata(ServerCall call)
    {
        if (call.RequestHeaders.TryGetText(InitialKey, out var text)) { call.ResponseHeaders.Add(InitialKey, text); }
        if (call.RequestHeaders.TryGetBytes(TrailingKey, out var bytes)) { call.ResponseTrailers.Add(TrailingKey, bytes); }
    }

    private static void CheckCompression(BoolValue? expected, ServerCall call)
    {
        if (expected is null || expected.Value == call.RequestCompressed) { return; }
        throw RpcException.Invalid("expect_compressed", expected.Value ? "the message came uncompressed" : "the message came compressed");
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not { Code: not 0 }) { return; }
        throw status.Code is > 0 and <= (int)RpcCode.Unauthenticated
            ? new RpcException((RpcCode)status.Code, status.Message)
            : RpcException.Invalid("response_status.code", $"{status.Code} is no status code; they are 0 to 16");
    }

    private static Payload Zeros(int size) => size is >= 0 and <= MaxBodyBytes
        ? new Payload { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) }
        : throw RpcException.Invalid("response_size", $"{size} bytes asked for; 0 to {MaxBodyBytes} are served");
}
