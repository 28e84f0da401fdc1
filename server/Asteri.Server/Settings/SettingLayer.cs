using System.Globalization;

namespace Asteri.Server.Settings;

/// <summary>Values of one source, under their keys ("Server:HttpPort"); keys ignore case.</summary>
internal sealed class SettingLayer(string source, IEnumerable<KeyValuePair<string, string>> values)
{
    public string Source { get; } = source;

    public IReadOnlyDictionary<string, string> Values { get; } =
        values.GroupBy(v => v.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The value under a key; a list is also read from "key:0", "key:1"...</summary>
    public string? Find(string key, bool list)
    {
        if (Values.TryGetValue(key, out string? value)) { return value; }
        if (!list) { return null; }
        var numbered = Values.Where(v => IsItemOf(v.Key, key)).OrderBy(v => int.Parse(v.Key[(key.Length + 1)..], CultureInfo.InvariantCulture));
        string[] items = [.. numbered.Select(v => v.Value)];
        return items.Length == 0 ? null : string.Join(",", items);
    }

    public static bool IsItemOf(string key, string list) =>
        key.Length > list.Length + 1
        && key.StartsWith(list + ":", StringComparison.OrdinalIgnoreCase)
        && key[(list.Length + 1)..].All(char.IsAsciiDigit);
}
