using System.Text.Json;

namespace Asteri.Rules.Tests.Documents;

/// <summary>Holds a JSON block of the README against what was printed: the same names on every level; numbers and tokens may differ.</summary>
internal static class ReadmeJson
{
    public static void AssertSameShape(MarkdownBlock shown, string printed)
    {
        using var expected = JsonDocument.Parse(shown.Text);
        using var actual = JsonDocument.Parse(printed);
        Compare(expected.RootElement, actual.RootElement, $"README line {shown.Line}: $");
    }

    private static void Compare(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path} is shown as {expected.ValueKind} and printed as {actual.ValueKind}: {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(Names(expected), Names(actual));
                foreach (var property in expected.EnumerateObject())
                {
                    Compare(property.Value, actual.GetProperty(property.Name), $"{path}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach (var (index, item) in expected.EnumerateArray().Index()) { Compare(item, actual[index], $"{path}[{index}]"); }
                break;
            case JsonValueKind.String when !ChangesFromRunToRun(path):
                Assert.Equal(expected.GetString(), actual.GetString());
                break;
        }
    }

    private static bool ChangesFromRunToRun(string path) =>
        path.EndsWith("Token", StringComparison.Ordinal) || path.EndsWith("requestId", StringComparison.Ordinal)
        || path.EndsWith("version", StringComparison.Ordinal) || path.EndsWith("tookUs", StringComparison.Ordinal);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
}
