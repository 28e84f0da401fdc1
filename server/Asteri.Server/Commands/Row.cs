using System.Globalization;
using System.Text.Json.Nodes;

namespace Asteri.Server.Commands;

/// <summary>One row of data: named cells of text, numbers, bools, times or lists of text.</summary>
internal sealed record Row(params IReadOnlyList<(string Name, object? Value)> Cells)
{
    /// <summary>A cell as text, for tables and CSV.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(',', list),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public JsonObject ToJson() => new(Cells.Select(c => KeyValuePair.Create(c.Name, Json(c.Value))));

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        ulong number => JsonValue.Create(number),
        IEnumerable<string> list => new JsonArray([.. list.Select(t => JsonValue.Create(t))]),
        _ => JsonValue.Create(Text(value)),
    };
}
