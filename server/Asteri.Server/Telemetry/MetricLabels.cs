using System.Globalization;
using System.Text;

namespace Asteri.Server.Telemetry;

/// <summary>Tags as Prometheus labels: sorted by name, names made legal, values escaped.</summary>
internal static class MetricLabels
{
    public static string Format(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0) { return ""; }
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            string label = NameOf(name);
            string text = Convert.ToString(value is bool flag ? flag ? "true" : "false" : value, CultureInfo.InvariantCulture) ?? "";
            // Two tags that become one label ("a.b" and "a_b") share it, so that the page stays well-formed.
            labels[label] = labels.TryGetValue(label, out string? other) ? $"{other};{text}" : text;
        }

        var builder = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (builder.Length > 0) { builder.Append(','); }
            builder.Append(name).Append("=\"");
            AppendEscaped(builder, value, quotes: true).Append('"');
        }

        return builder.ToString();
    }

    public static StringBuilder AppendEscaped(StringBuilder builder, string text, bool quotes)
    {
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => builder.Append(@"\\"),
                '\n' => builder.Append(@"\n"),
                '"' when quotes => builder.Append("\\\""),
                _ => builder.Append(c),
            };
        }

        return builder;
    }

    /// <summary>Letters, digits and '_', no digit first. "le" and names with "__" in front are Prometheus's own.</summary>
    private static string NameOf(string tag)
    {
        var name = new StringBuilder(tag.Length);
        foreach (char c in tag) { name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_'); }
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) { name.Insert(0, '_'); }
        string text = name.ToString();
        return text is "le" or "quantile" || text.StartsWith("__", StringComparison.Ordinal) ? "tag_" + text.TrimStart('_') : text;
    }
}
