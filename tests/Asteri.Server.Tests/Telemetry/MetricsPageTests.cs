using System.Diagnostics;
using System.Diagnostics.Metrics;
using Asteri.Engine.Storage;
using Asteri.Server.Telemetry;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Telemetry;

public sealed class MetricsPageTests : IDisposable
{
    private readonly NodeMeters _meters = new();
    private readonly MetricsPage _page;

    public MetricsPageTests() => _page = new(_meters);

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    public void Dispose()
    {
        _page.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Render_CounterWithUnitAndTags_IsNamedAsPrometheusNamesIt()
    {
        var counter = _meters.Meter.CreateCounter<long>("asteri.test.read", "By", "Bytes read.");
        counter.Add(3, new("b", 1), new("a", "x"));
        counter.Add(4, new("a", "x"), new("b", 1));

        var family = Read()["asteri_test_read_bytes_total"];

        Assert.Equal(("counter", "Bytes read."), (family.Type, family.Help));
        Assert.Equal(7, family.Samples["asteri_test_read_bytes_total{a=x,b=1}"]);
        Assert.Single(family.Samples);
    }

    [Fact]
    public void Render_HistogramWithAdvice_CountsValuesIntoItsBuckets()
    {
        var histogram = _meters.Meter.CreateHistogram(
            "asteri.test.wait",
            "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double value in (double[])[0.05, 0.1, 0.5, 1, 7]) { histogram.Record(value); }

        var samples = Read()["asteri_test_wait_seconds"].Samples;

        Assert.Equal(2, samples["asteri_test_wait_seconds_bucket{le=0.1}"]);
        Assert.Equal(4, samples["asteri_test_wait_seconds_bucket{le=1}"]);
        Assert.Equal(5, samples["asteri_test_wait_seconds_bucket{le=+Inf}"]);
        Assert.Equal(5, samples["asteri_test_wait_seconds_count{}"]);
        Assert.Equal(8.65, samples["asteri_test_wait_seconds_sum{}"], 9);
    }

    [Fact]
    public void Render_UpDownAndGauges_ShowTheCurrentValue()
    {
        var upDown = _meters.Meter.CreateUpDownCounter<int>("asteri.test.open");
        upDown.Add(3);
        upDown.Add(-2);
        var gauge = _meters.Meter.CreateGauge<float>("asteri.test.level");
        gauge.Record(5);
        gauge.Record(2.5f);
        _meters.Meter.CreateObservableCounter("asteri.test.seen", () => 41L);

        var families = Read();

        Assert.Equal(("gauge", 1), (families["asteri_test_open"].Type, families["asteri_test_open"].Samples["asteri_test_open{}"]));
        Assert.Equal(2.5, families["asteri_test_level"].Samples["asteri_test_level{}"]);
        Assert.Equal(41, families["asteri_test_seen_total"].Samples["asteri_test_seen_total{}"]);
        Assert.Equal(41, Read()["asteri_test_seen_total"].Samples["asteri_test_seen_total{}"]);
    }

    [Fact]
    public void Render_ObservedSeriesThatIsGone_IsNoLongerShown()
    {
        string[] lanes = ["0", "1"];
        _meters.Meter.CreateObservableGauge("asteri.test.lane", () =>
            lanes.Select(l => new Measurement<int>(1, new KeyValuePair<string, object?>("lane", l))));

        Assert.Equal(2, Read()["asteri_test_lane"].Samples.Count);
        lanes = ["1"];
        Assert.Equal("asteri_test_lane{lane=1}", Assert.Single(Read()["asteri_test_lane"].Samples).Key);
    }

    [Fact]
    public void Render_GaugeThatCannotBeRead_IsCountedAndHidesNothingElse()
    {
        _meters.Meter.CreateObservableGauge("asteri.test.broken", int () => throw new InvalidOperationException("closed"));
        _meters.Meter.CreateObservableGauge("asteri.test.whole", () => 1);

        var families = Read();

        Assert.DoesNotContain("asteri_test_broken", families.Keys);
        Assert.Contains("asteri_test_whole", families.Keys);
        Assert.Equal(1, families["asteri_metrics_faults_total"].Samples["asteri_metrics_faults_total{}"]);
    }

    [Fact]
    public void Render_AnotherNodesMeter_IsLeftOut()
    {
        using var other = new NodeMeters();
        other.Meter.CreateCounter<long>("asteri.test.other").Add(1);

        Assert.DoesNotContain("asteri_test_other_total", Read().Keys);
    }

    [Fact]
    public void Render_RuntimesMeter_IsShown()
    {
        var families = Read();

        Assert.Contains("dotnet_gc_collections_total", families.Keys);
        Assert.Contains("dotnet_process_memory_working_set_bytes", families.Keys);
    }

    /// <summary>Names and values with every character that has a meaning in the text.</summary>
    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void Render_RandomNamesTagsAndValues_StaysWellFormed(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            var histogram = _meters.Meter.CreateHistogram<double>(
                RandomText(random, "ab.-_0é/"),
                RandomText(random, "sBy{} %\n"),
                RandomText(random, "a\\\"\n é"));
            var counter = _meters.Meter.CreateCounter<long>(
                RandomText(random, "cd.-_0é/"),
                RandomText(random, "sBy{} %"),
                RandomText(random, "a\\\"\n é"));
            for (int j = 0; j < 20; j++)
            {
                KeyValuePair<string, object?>[] tags =
                    [.. Enumerable.Range(0, random.Next(4)).Select(
                        _ => new KeyValuePair<string, object?>(RandomText(random, "le_.0-"), RandomText(random, "a\\\"\n,={}")))];
                histogram.Record(
                    random.Next(5) switch { 0 => double.PositiveInfinity, 1 => double.NaN, 2 => 0, _ => random.NextDouble() * 1e6 },
                    tags);
                counter.Add(random.Next(9), tags);
            }
        }

        Assert.True(Read().Count > 10);
    }

    [Fact]
    public void Render_CallerMakesUpTags_StaysBounded()
    {
        var counter = _meters.Meter.CreateCounter<long>("asteri.test.flood");
        for (int i = 0; i < 10_000; i++) { counter.Add(1, new KeyValuePair<string, object?>("name", i)); }

        var samples = Read()["asteri_test_flood_total"].Samples;

        Assert.InRange(samples.Count, 2_000, 2_001);
        Assert.Equal(10_000, samples.Values.Sum());
    }

    [Fact]
    public async Task Record_ManyThreads_LosesNothing()
    {
        var counter = _meters.Meter.CreateCounter<long>("asteri.test.hits");
        var histogram = _meters.Meter.CreateHistogram<double>("asteri.test.sizes");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("worker", i % 3));
                histogram.Record(2);
                if (i % 5_000 == 0) { Read(); }
            }
        })));

        var families = Read();
        Assert.Equal(80_000, families["asteri_test_hits_total"].Samples.Values.Sum());
        Assert.Equal(80_000, families["asteri_test_sizes"].Samples["asteri_test_sizes_count{}"]);
        Assert.Equal(160_000, families["asteri_test_sizes"].Samples["asteri_test_sizes_sum{}"]);
    }

    [Fact]
    public void StoreMeters_Lanes_AreShown()
    {
        LaneStatus[] lanes = [new(0, LaneState.Healthy, "") { LastSeq = 7, LogBytes = 4096 }, new(1, LaneState.ReadOnly, "disk")];
        StoreMeters.Add(_meters, () => lanes, () => 12_345);

        var families = Read();

        Assert.Equal(7, families["asteri_store_lane_last_seq"].Samples["asteri_store_lane_last_seq{lane=0}"]);
        Assert.Equal(4096, families["asteri_store_lane_log_bytes"].Samples["asteri_store_lane_log_bytes{lane=0}"]);
        Assert.Equal(1, families["asteri_store_lane_state"].Samples["asteri_store_lane_state{lane=1,state=ReadOnly}"]);
        Assert.Equal(0, families["asteri_store_lane_state"].Samples["asteri_store_lane_state{lane=1,state=Healthy}"]);
        Assert.Equal(12_345, families["asteri_store_free_bytes"].Samples["asteri_store_free_bytes{}"]);
    }

    /// <summary>The format's own checker. Its second opinion is on syntax; of its advice on names we follow what concerns names of ours.</summary>
    [PromtoolFact]
    public async Task Render_Promtool_FindsNoFault()
    {
        _meters.Meter.CreateHistogram<double>("asteri.test.wait", "s", "A wait.").Record(1, new KeyValuePair<string, object?>("path", "a\"b\\c\n"));
        StoreMeters.Add(_meters, () => [new(0, LaneState.Healthy, "")], () => 1);
        var start = new ProcessStartInfo("promtool", "check metrics")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(_page.Render());
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.DoesNotContain("error while linting", output, StringComparison.Ordinal);
        Assert.DoesNotContain("asteri_", output, StringComparison.Ordinal);
        // 0: nothing to say; 3: advice on names, here of the runtime's.
        Assert.True(process.ExitCode is 0 or 3, output);
    }

    private Dictionary<string, PrometheusText.Family> Read() => PrometheusText.Read(_page.Render());

    private static string RandomText(Random random, string alphabet) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
