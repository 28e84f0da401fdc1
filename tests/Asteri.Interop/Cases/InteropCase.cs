using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Cases;

/// <summary>One of gRPC's published interop cases, or one of our own beside them, as our client runs it.</summary>
public sealed class InteropCase
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Func<RpcChannel, Task> _body;

    private InteropCase(string name, Func<RpcChannel, Task> body)
    {
        Name = name;
        _body = body;
    }

    /// <summary>The published cases, in the order in which they are described.</summary>
    public static IReadOnlyList<InteropCase> Published { get; } =
    [
        new("empty_unary", MessageCases.EmptyUnaryAsync),
        new("large_unary", MessageCases.LargeUnaryAsync),
        new("client_streaming", MessageCases.ClientStreamingAsync),
        new("server_streaming", MessageCases.ServerStreamingAsync),
        new("ping_pong", MessageCases.PingPongAsync),
        new("empty_stream", MessageCases.EmptyStreamAsync),
        new("custom_metadata", StatusCases.CustomMetadataAsync),
        new("status_code_and_message", StatusCases.StatusCodeAndMessageAsync),
        new("special_status_message", StatusCases.SpecialStatusMessageAsync),
        new("unimplemented_method", StatusCases.UnimplementedMethodAsync),
        new("unimplemented_service", StatusCases.UnimplementedServiceAsync),
        new("cancel_after_begin", StatusCases.CancelAfterBeginAsync),
        new("cancel_after_first_response", StatusCases.CancelAfterFirstResponseAsync),
        new("timeout_on_sleeping_server", StatusCases.TimeoutOnSleepingServerAsync),
        new("concurrent_large_unary", MessageCases.ConcurrentLargeUnaryAsync),
        new("client_compressed_unary", CompressionCases.ClientUnaryAsync),
        new("server_compressed_unary", CompressionCases.ServerUnaryAsync),
        new("client_compressed_streaming", CompressionCases.ClientStreamingAsync),
        new("server_compressed_streaming", CompressionCases.ServerStreamingAsync),
    ];

    /// <summary>Cases of our own, which every peer has as well.</summary>
    public static IReadOnlyList<InteropCase> Added { get; } =
    [
        new("request_too_large", StatusCases.RequestTooLargeAsync),
        new("status_while_writing", StatusCases.StatusWhileWritingAsync),
    ];

    /// <summary>What is left of two published cases where the server's API cannot see a message's compressed flag.</summary>
    public static IReadOnlyList<InteropCase> WithoutProbe { get; } =
    [
        new("client_compressed_unary_without_probe", CompressionCases.ClientUnaryWithoutProbeAsync),
        new("client_compressed_streaming_without_probe", CompressionCases.ClientStreamingWithoutProbeAsync),
    ];

    public string Name { get; }

    /// <summary>What every client runs against every server, as far as both can express it.</summary>
    public static IReadOnlyList<InteropCase> Common { get; } = [.. Published, .. Added];

    /// <summary>The case of this name, or null.</summary>
    public static InteropCase? Find(string name) => Common.Concat(WithoutProbe).FirstOrDefault(c => c.Name == name);

    /// <summary>Runs the case and says how it ended; a case that takes longer than a minute has failed.</summary>
    public async Task<CaseResult> RunAsync(RpcChannel channel)
    {
        long started = TimeProvider.System.GetTimestamp();
        string? failure = null;
        try
        {
            await _body(channel).WaitAsync(Limit);
        }
        catch (Exception error) when (error is CaseFailedException or RpcException or TimeoutException or IOException or OperationCanceledException)
        {
            failure = error is CaseFailedException ? error.Message : $"{error.GetType().Name}: {error.Message}";
        }

        var elapsed = TimeProvider.System.GetElapsedTime(started);
        return new(Name, failure is null ? CaseResult.Passed : CaseResult.Failed, failure ?? "", Math.Round(elapsed.TotalMilliseconds, 1));
    }
}
