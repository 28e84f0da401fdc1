using System.Globalization;
using Asteri.Rpc.Framing;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>What came back on one stream, as far as it came.</summary>
internal sealed class RawReply
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(string Name, string Value)> Headers { get; } = [];

    public List<byte> Body { get; } = [];

    /// <summary>How many header blocks came: one is trailers-only.</summary>
    public int HeaderBlocks { get; set; }

    /// <summary>The HTTP/2 error of the server's reset; null: it did not reset.</summary>
    public int? Reset { get; set; }

    /// <summary>Complete when the stream, or its connection, has ended.</summary>
    public Task Ended => _ended.Task;

    public string? this[string name] => Headers.LastOrDefault(h => h.Name == name).Value;

    public int HttpStatus => this[":status"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    public int? GrpcStatus => this[GrpcNames.Status] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public string Message => StatusMessage.Decode(this[GrpcNames.Message] ?? "");

    public void End() => _ended.TrySetResult();

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP {HttpStatus}, grpc-status {this[GrpcNames.Status] ?? "none"} '{Message}', {Body.Count} bytes, reset {Reset ?? -1}");
}
