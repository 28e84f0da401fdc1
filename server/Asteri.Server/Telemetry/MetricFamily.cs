using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Asteri.Server.Telemetry;

/// <summary>
/// All series of one metric name. Label sets that come again are found by reference and value of their tags; there are at most 2,000, and what
/// exceeds them is added up in one series, so that a caller who makes up names cannot fill the memory.
/// </summary>
internal sealed class MetricFamily(string name, string help, InstrumentShape shape)
{
    private const int MaxSeries = 2_000;
    private const string Overflow = "overflow=\"true\"";

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    /// <summary>The way from tags to their series; tags in another order lead to the same one.</summary>
    private readonly ConcurrentDictionary<TagSet, MetricSeries> _byTags = new(TagSet.Comparer);

    public string Name => name;

    public MetricKind Kind => shape.Kind;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long turn)
    {
        if (double.IsNaN(value)) { return; }
        var series = Find(tags);
        if (shape.IsObserved) { series.Turn = turn; }
        if (shape.Kind == MetricKind.Histogram) { series.Count(value); }
        else if (shape.IsAbsolute) { series.Set(value); }
        else { series.Add(value); }
    }

    /// <summary>Writes the family as text.</summary>
    /// <param name="text">Takes the text.</param>
    /// <param name="turn">The page's turn; observed values of earlier ones are left out.</param>
    public void Write(StringBuilder text, long turn)
    {
        var shown = _series.Values.Where(s => !shape.IsObserved || s.Turn == turn).OrderBy(s => s.Labels, StringComparer.Ordinal).ToList();
        if (shown.Count == 0) { return; }
        text.Append("# HELP ").Append(name).Append(' ');
        MetricLabels.AppendEscaped(text, help, quotes: false).Append('\n');
        string kind = shape.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" };
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (var series in shown)
        {
            if (shape.Kind == MetricKind.Histogram) { WriteHistogram(text, series); }
            else { WriteSample(text, "", series.Labels, series.Value); }
        }
    }

    private void WriteHistogram(StringBuilder text, MetricSeries series)
    {
        string separator = series.Labels.Length == 0 ? "" : ",";
        long total = 0;
        long[] counts = series.Counts();
        for (int i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            string bound = i < shape.Buckets.Length ? shape.Buckets[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            WriteSample(text, "_bucket", $"{series.Labels}{separator}le=\"{bound}\"", total);
        }

        WriteSample(text, "_sum", series.Labels, series.Value);
        WriteSample(text, "_count", series.Labels, total);
    }

    private void WriteSample(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0) { text.Append('{').Append(labels).Append('}'); }
        string number = value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        };
        text.Append(' ').Append(number).Append('\n');
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (lookup.TryGetValue(tags, out var series)) { return series; }
        if (_byTags.Count >= MaxSeries) { return _series.GetOrAdd(Overflow, labels => new(labels, shape.Buckets)); }
        return _byTags.GetOrAdd(new(tags), _series.GetOrAdd(MetricLabels.Format(tags), labels => new(labels, shape.Buckets)));
    }
}
