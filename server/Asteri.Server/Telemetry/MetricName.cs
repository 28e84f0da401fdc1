using System.Text;

namespace Asteri.Server.Telemetry;

/// <summary>
/// An instrument's name as Prometheus writes it: '_' for what is neither letter nor digit, the unit in full, "_total" for what only grows.
/// </summary>
internal static class MetricName
{
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(name.Length + 16);
        foreach (char c in name) { text.Append(char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_'); }
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) { text.Insert(0, '_'); }
        Append(text, UnitOf(unit));
        if (kind == MetricKind.Counter) { Append(text, "total"); }
        return text.ToString();
    }

    private static void Append(StringBuilder name, string suffix)
    {
        if (suffix.Length > 0 && !name.ToString().EndsWith("_" + suffix, StringComparison.Ordinal)) { name.Append('_').Append(suffix); }
    }

    private static string UnitOf(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        // What is counted, in braces, belongs to the name; anything else is not known here and would only confuse.
        _ => "",
    };
}
