using Asteri.Server.Tests.Hosting;

namespace Asteri.Server.Tests.Telemetry;

/// <summary>The page of a node that serves.</summary>
public sealed class NodeMetricsTests
{
    [Fact]
    public async Task Metrics_AfterCalls_ShowThemAndTheNodeInWellFormedText()
    {
        await using var node = await TestNode.StartAsync();
        await node.PutAsync("s", "k", "v");
        Assert.Equal("v", await node.GetAsync("s", "k"));
        Assert.Null(await node.GetAsync("s", "absent"));

        using var reply = await node.Http.GetAsync("/metrics");
        var families = PrometheusText.Read(await reply.Content.ReadAsStringAsync());

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.ContentType?.ToString());
        var calls = families["asteri_rpc_calls_total"].Samples;
        Assert.Equal(1, calls["asteri_rpc_calls_total{code=OK,method=asteri.v1.StoreService/WriteEntries}"]);
        Assert.Equal(1, calls["asteri_rpc_calls_total{code=OK,method=asteri.v1.StoreService/GetEntry}"]);
        Assert.Equal(1, calls["asteri_rpc_calls_total{code=NOT_FOUND,method=asteri.v1.StoreService/GetEntry}"]);
        Assert.Equal(2, families["asteri_store_lane_entries"].Samples.Count);
        Assert.True(families["asteri_store_free_bytes"].Samples["asteri_store_free_bytes{}"] > 0);
        Assert.True(families["asteri_admission_limit"].Samples["asteri_admission_limit{share=search}"] >= 2);
        Assert.Contains("http_server_request_duration_seconds", families.Keys);
        Assert.Contains("kestrel_active_connections", families.Keys);
        Assert.Contains("dotnet_gc_collections_total", families.Keys);
        Assert.DoesNotContain("asteri_metrics_faults_total", families.Keys);
    }
}
