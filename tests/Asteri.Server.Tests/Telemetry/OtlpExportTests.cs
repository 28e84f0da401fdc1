using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Asteri.Server.Telemetry;

namespace Asteri.Server.Tests.Telemetry;

/// <summary>The export against a collector that takes real requests.</summary>
public sealed class OtlpExportTests
{
    [Fact]
    public async Task Start_Endpoint_ReceivesTracesAndMetrics()
    {
        await using var collector = await Collector.StartAsync();
        using var meters = new NodeMeters();
        var options = new OtlpOptions
        {
            Endpoint = collector.Address,
            Headers = "x-collector-key=abc",
            TracePercent = 100,
            MetricsInterval = TimeSpan.FromHours(1),
        };
        using (OtlpExport.Start(options, "1.2.3"))
        {
            meters.Meter.CreateCounter<long>("asteri.test.exported").Add(5);
            using (meters.Activities.StartActivity("asteri.v1.StoreService/GetEntry")) { }
        }

        var traces = collector.Requests["/v1/traces"];
        var metrics = collector.Requests["/v1/metrics"];
        Assert.Contains("asteri.v1.StoreService/GetEntry", traces.Body, StringComparison.Ordinal);
        Assert.Contains("asteri.test.exported", metrics.Body, StringComparison.Ordinal);
        Assert.All([traces, metrics], request =>
        {
            Assert.Equal(("application/x-protobuf", "abc"), (request.ContentType, request.Key));
            Assert.Contains("service.name", request.Body, StringComparison.Ordinal);
            Assert.Contains("1.2.3", request.Body, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Start_TracePercentZero_ExportsOnlyWhatCallersSampled()
    {
        await using var collector = await Collector.StartAsync();
        using var meters = new NodeMeters();
        using (OtlpExport.Start(new() { Endpoint = collector.Address, TracePercent = 0 }, "1"))
        {
            using (meters.Activities.StartActivity("ours")) { }
            var sampled = new ActivityContext(
                ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
            using (meters.Activities.StartActivity("theirs", ActivityKind.Server, sampled)) { }
        }

        string body = collector.Requests["/v1/traces"].Body;
        Assert.Contains("theirs", body, StringComparison.Ordinal);
        Assert.DoesNotContain("ours", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_NoEndpoint_ExportsNothing() => Assert.Null(OtlpExport.Start(new(), "1"));

    /// <summary>An HTTP server that keeps the last request of each path; the names in a protobuf body are plain bytes.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        private Collector(int port)
        {
            Address = $"http://127.0.0.1:{port}";
            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Address { get; }

        public ConcurrentDictionary<string, (string ContentType, string Key, string Body)> Requests { get; } = new();

        public static Task<Collector> StartAsync()
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            return Task.FromResult(new Collector(port));
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext http;
                try { http = await _listener.GetContextAsync(); }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
                using var body = new MemoryStream();
                await http.Request.InputStream.CopyToAsync(body);
                Requests[http.Request.Url!.AbsolutePath] =
                    (http.Request.ContentType ?? "", http.Request.Headers["x-collector-key"] ?? "", Encoding.Latin1.GetString(body.ToArray()));
                http.Response.StatusCode = 200;
                http.Response.Close();
            }
        }
    }
}
