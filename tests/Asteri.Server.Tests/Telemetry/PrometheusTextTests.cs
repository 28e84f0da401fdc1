namespace Asteri.Server.Tests.Telemetry;

/// <summary>The reader has to refuse, or what it accepts says nothing.</summary>
public sealed class PrometheusTextTests
{
    private const string Head = "# HELP a_total b\n# TYPE a_total counter\n";

    [Fact]
    public void Read_WellFormed_IsRead() =>
        Assert.Equal(2, PrometheusText.Read(Head + "a_total{x=\"1\\n\"} 1\na_total 2\n")["a_total"].Samples.Count);

    [Theory]
    [InlineData("a_total 1\n")]
    [InlineData(Head)]
    [InlineData(Head + "a_total 1")]
    [InlineData(Head + "a_total 1\na_total 2\n")]
    [InlineData(Head + "a_total -1\n")]
    [InlineData(Head + "a_total{x=\"1\",x=\"2\"} 1\n")]
    [InlineData(Head + "a_total{x=\"\\q\"} 1\n")]
    [InlineData(Head + "a_total{0=\"\"} 1\n")]
    [InlineData(Head + "b_total 1\n")]
    [InlineData(Head + "a_total 1\n" + Head + "a_total{x=\"\"} 1\n")]
    [InlineData("# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a b\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n")]
    public void Read_Fault_IsRefused(string text) => Assert.ThrowsAny<Exception>(() => PrometheusText.Read(text));
}
