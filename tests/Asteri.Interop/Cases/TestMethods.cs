using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;

namespace Asteri.Interop.Cases;

/// <summary>The methods that the cases call, and the messages that they are called with.</summary>
internal static class TestMethods
{
    public static readonly MethodDescriptor EmptyCall = Find("TestService", "EmptyCall");
    public static readonly MethodDescriptor UnaryCall = Find("TestService", "UnaryCall");
    public static readonly MethodDescriptor StreamingInputCall = Find("TestService", "StreamingInputCall");
    public static readonly MethodDescriptor StreamingOutputCall = Find("TestService", "StreamingOutputCall");
    public static readonly MethodDescriptor FullDuplexCall = Find("TestService", "FullDuplexCall");
    public static readonly MethodDescriptor UnimplementedMethod = Find("TestService", "UnimplementedCall");
    public static readonly MethodDescriptor UnimplementedService = Find("UnimplementedService", "UnimplementedCall");

    public const int LargeResponse = 314_159;

    /// <summary>271,828 zeros that ask for 314,159 back.</summary>
    public static SimpleRequest LargeRequest() => new() { ResponseSize = LargeResponse, Payload = Zeros(271_828) };

    public static StreamingInputCallRequest InputRequest(int size) => new() { Payload = Zeros(size) };

    /// <summary>A request that asks for one response of a size.</summary>
    public static StreamingOutputCallRequest OutputRequest(int responseSize, int requestSize) => new()
    {
        ResponseParameters = { new ResponseParameters { Size = responseSize } },
        Payload = Zeros(requestSize),
    };

    public static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    public static void HasZeros(int size, Payload? payload)
    {
        Expect.Equal("body size", size, payload?.Body.Length ?? -1);
        Expect.Equal("bytes of the body that are not zero", -1, payload!.Body.Span.IndexOfAnyExcept((byte)0));
    }

    private static MethodDescriptor Find(string service, string method) =>
        TestReflection.Descriptor.Services.Single(s => s.Name == service).FindMethodByName(method);
}
