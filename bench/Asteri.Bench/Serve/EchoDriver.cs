using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Asteri.Bench.Serve;

/// <summary>
/// Posts one body again and again over several connections, reads every reply to its end, and counts. It knows HTTP only, so both servers get the
/// same client.
/// </summary>
internal sealed class EchoDriver : IDisposable
{
    private readonly HttpMessageInvoker[] _connections;
    private readonly int _streams;

    public EchoDriver(int connections, int streams)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(_ => Connect())];
        _streams = streams;
    }

    public async Task<EchoRound> RunAsync(Uri target, byte[] body, TimeSpan duration)
    {
        using var process = Process.GetCurrentProcess();
        var cpuBefore = process.TotalProcessorTime;
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        long start = Stopwatch.GetTimestamp();
        var workers = from connection in _connections
                      from _ in Enumerable.Range(0, _streams)
                      select Task.Run(() => WorkAsync(connection, target, body, start, duration));
        int[] calls = await Task.WhenAll(workers);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        double count = calls.Sum();
        double cpuMicroseconds = (process.TotalProcessorTime - cpuBefore).TotalMicroseconds;
        return new(count / seconds, cpuMicroseconds / count, (GC.GetTotalAllocatedBytes() - allocatedBefore) / count);
    }

    public void Dispose()
    {
        foreach (var connection in _connections) { connection.Dispose(); }
    }

    private static async Task<int> WorkAsync(HttpMessageInvoker connection, Uri target, byte[] body, long start, TimeSpan duration)
    {
        byte[] reply = new byte[body.Length + 1];
        int calls = 0;
        for (; Stopwatch.GetElapsedTime(start) < duration; calls++) { await CallAsync(connection, target, body, reply); }
        return calls;
    }

    private static async Task CallAsync(HttpMessageInvoker connection, Uri target, byte[] body, byte[] reply)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await connection.SendAsync(request, CancellationToken.None);
        using var stream = await response.Content.ReadAsStreamAsync();
        int length = 0;
        for (int read = -1; read != 0; length += read) { read = await stream.ReadAsync(reply.AsMemory(length)); }
        if (!reply.AsSpan(0, length).SequenceEqual(body) || !IsOk(response.TrailingHeaders))
        {
            throw new InvalidOperationException(
                $"{target} answered with HTTP {(int)response.StatusCode}, {length} bytes and the trailers [{response.TrailingHeaders}]: no echo.");
        }
    }

    private static HttpMessageInvoker Connect() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    private static bool IsOk(HttpResponseHeaders trailers) =>
        !trailers.NonValidated.TryGetValues("grpc-status", out var status) || status.ToString() == "0";
}
