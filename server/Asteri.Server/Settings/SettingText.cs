using System.Globalization;

namespace Asteri.Server.Settings;

/// <summary>How the value of a setting is read from text, and written back.</summary>
internal static class SettingText
{
    private static readonly (string Suffix, long Factor)[] Sizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];
    private static readonly (string Suffix, double Seconds)[] Times = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>Reads a value; false when the text is none of this type.</summary>
    public static bool TryParse(Type type, string text, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => bool.TryParse(text, out bool truth) ? truth : null,
            _ when type == typeof(int) => TryParseWhole(text, out long whole) && whole is >= int.MinValue and <= int.MaxValue ? (int)whole : null,
            _ when type == typeof(long) => TryParseWhole(text, out long whole) ? whole : null,
            _ when type == typeof(double) => TryParseNumber(text, out double number) ? number : null,
            _ when type == typeof(TimeSpan) => TryParseTime(text, out var time) ? time : null,
            _ when type.IsEnum => Enum.TryParse(type, text, ignoreCase: true, out object? member) && Enum.IsDefined(type, member) ? member : null,
            _ when IsList(type) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _ => throw new NotSupportedException($"Options of type {type} are not read yet."),
        };

        return value is not null;
    }

    /// <summary>What a value of this type looks like, for error messages.</summary>
    public static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number (bytes may be written as 64MiB)",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(TimeSpan) => "a time such as 500ms, 10s, 2m, 1h or 00:00:10",
            _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
            _ => "text",
        };
    }

    /// <summary>Writes a value so that <see cref="TryParse"/> reads it.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(",", list),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static bool IsList(Type type) => type.IsAssignableFrom(typeof(string[])) && type != typeof(object);

    private static bool TryParseWhole(string text, out long value)
    {
        var (digits, factor) = Split(text, Sizes, otherwise: 1L);
        value = 0;
        if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count)) { return false; }
        if (count > long.MaxValue / factor || count < long.MinValue / factor) { return false; }
        value = count * factor;
        return true;
    }

    private static bool TryParseTime(string text, out TimeSpan value)
    {
        if (TimeSpan.TryParseExact(text, ["c", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out value) && text.Contains(':')) { return true; }
        var (digits, seconds) = Split(text, Times, otherwise: 0);
        if (seconds == 0 || !TryParseNumber(digits, out double count) || Math.Abs(count * seconds) > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return false;
        }

        value = TimeSpan.FromSeconds(count * seconds);
        return true;
    }

    private static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static (string Digits, TUnit Unit) Split<TUnit>(string text, (string Suffix, TUnit Unit)[] units, TUnit otherwise)
    {
        foreach (var (suffix, unit) in units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) { return (text[..^suffix.Length].TrimEnd(), unit); }
        }

        return (text, otherwise);
    }
}
