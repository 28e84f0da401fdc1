using System.Globalization;

namespace Asteri.Server.Tests.Telemetry;

/// <summary>
/// A strict reader of Prometheus text 0.0.4. Refuses more than Prometheus does: a family in two places, a sample before its TYPE, a label twice, a
/// series twice, a counter that falls below zero, a histogram whose buckets go down, or whose last bucket is not its count.
/// </summary>
internal static class PrometheusText
{
    /// <summary>A family: its type, its help, and its samples by "name{labels}".</summary>
    internal sealed record Family(string Name, string Type, string Help)
    {
        public Dictionary<string, double> Samples { get; } = new(StringComparer.Ordinal);

        /// <summary>A histogram's buckets, by the labels without "le", in the order of the text.</summary>
        public List<(string Labels, double Value)> Buckets { get; } = [];
    }

    public static Dictionary<string, Family> Read(string text)
    {
        if (text.Length > 0 && text[^1] != '\n') { throw new FormatException("The last line has no end."); }
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        Family? current = null;
        string? helpOf = null, help = null;
        foreach (string line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                (helpOf, help) = Cut(line["# HELP ".Length..]);
                CheckEscapes(help, line, quotes: false);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                (string name, string type) = Cut(line["# TYPE ".Length..]);
                if (name != helpOf || type is not ("counter" or "gauge" or "histogram")) { throw new FormatException(line); }
                current = new(name, type, help!);
                if (!families.TryAdd(name, current)) { throw new FormatException($"{name} comes twice"); }
            }
            else { ReadSample(line, current ?? throw new FormatException($"a sample before its TYPE: {line}")); }
        }

        foreach (var family in families.Values) { CheckFamily(family); }
        return families;
    }

    private static (string Name, string After) Cut(string text) =>
        text.IndexOf(' ', StringComparison.Ordinal) is > 0 and int at ? (text[..at], text[(at + 1)..]) : throw new FormatException(text);

    private static void ReadSample(string line, Family family)
    {
        int at = 0;
        while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] is '_' or ':')) { at++; }
        string name = line[..at];
        bool fits = name == family.Name || (family.Type == "histogram" && name[family.Name.Length..] is "_bucket" or "_sum" or "_count");
        if (!name.StartsWith(family.Name, StringComparison.Ordinal) || !fits || char.IsAsciiDigit(name[0])) { throw new FormatException(line); }
        var labels = at < line.Length && line[at] == '{' ? ReadLabels(line, ref at) : [];
        if (at >= line.Length || line[at] != ' ') { throw new FormatException(line); }
        string number = line[(at + 1)..];
        double value = number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        string key = name + Join(labels);
        if (!family.Samples.TryAdd(key, value)) { throw new FormatException($"{key} comes twice"); }
        if (!name.EndsWith("_bucket", StringComparison.Ordinal) || family.Type != "histogram") { return; }
        if (!labels.Remove("le")) { throw new FormatException($"a bucket without bound: {line}"); }
        family.Buckets.Add((Join(labels), value));
    }

    private static string Join(SortedDictionary<string, string> labels) => "{" + string.Join(",", labels.Select(l => $"{l.Key}={l.Value}")) + "}";

    private static SortedDictionary<string, string> ReadLabels(string line, ref int at)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        at++;
        while (line[at] != '}')
        {
            int start = at;
            while (char.IsAsciiLetterOrDigit(line[at]) || line[at] == '_') { at++; }
            string name = line[start..at];
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || line[at] != '=' || line[at + 1] != '"') { throw new FormatException(line); }
            at += 2;
            start = at;
            while (line[at] != '"') { at += line[at] == '\\' ? 2 : 1; }
            CheckEscapes(line[start..at], line, quotes: true);
            if (!labels.TryAdd(name, line[start..at])) { throw new FormatException($"label {name} comes twice: {line}"); }
            at++;
            if (line[at] == ',') { at++; }
            else if (line[at] != '}') { throw new FormatException(line); }
        }

        at++;
        return labels;
    }

    private static void CheckEscapes(string text, string line, bool quotes)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quotes) { throw new FormatException($"a bare quote: {line}"); }
            if (text[i] == '\\' && (++i == text.Length || !(text[i] is '\\' or 'n' || (quotes && text[i] == '"'))))
            {
                throw new FormatException($"a bad escape: {line}");
            }
        }
    }

    private static void CheckFamily(Family family)
    {
        if (family.Samples.Count == 0) { throw new FormatException($"{family.Name} has no samples"); }
        if (family.Type == "counter" && (!family.Name.EndsWith("_total", StringComparison.Ordinal) || family.Samples.Values.Any(v => v < 0)))
        {
            throw new FormatException($"{family.Name} is no counter");
        }

        if (family.Type != "histogram") { return; }
        foreach (var series in family.Buckets.GroupBy(b => b.Labels, b => b.Value))
        {
            if (!series.SequenceEqual(series.Order())) { throw new FormatException($"{family.Name}{series.Key} goes down"); }
            bool whole = family.Samples[$"{family.Name}_count{series.Key}"] == series.Last()
                && family.Samples.ContainsKey($"{family.Name}_sum{series.Key}");
            if (!whole) { throw new FormatException($"{family.Name}{series.Key}: no whole histogram"); }
        }
    }
}
