using System.Buffers;

namespace Asteri.Rpc.Json.Routes;

/// <summary>
/// A path of google.api.http, taken apart: "/v1/{name=shelves/*}/books/{book}:read" is five segments, two variables and the verb "read". "*"
/// stands for one segment that is not empty, "**" for one or more, at the end of the path only.
/// </summary>
internal sealed class PathTemplate
{
    private static readonly SearchValues<char> NotLiteral = SearchValues.Create("{}=*:/%?#");

    private PathTemplate(string text) => Text = text;

    public string Text { get; }

    public List<string> Segments { get; } = [];

    public List<PathVariable> Variables { get; } = [];

    /// <summary>What stands behind the ':' of the last segment; empty without one.</summary>
    public string Verb { get; private set; } = "";

    public bool EndsOpen => Segments[^1] == "**";

    /// <exception cref="FormatException">The text is no template.</exception>
    public static PathTemplate Parse(string text)
    {
        var template = new PathTemplate(text);
        string rest = text.StartsWith('/') ? text[1..] : throw new FormatException($"'{text}' does not start with '/'.");
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('}') && colon > rest.LastIndexOf('/'))
        {
            template.Verb = Literal(rest[(colon + 1)..], text);
            rest = rest[..colon];
        }

        foreach (string part in SplitOutsideBraces(rest)) { template.Add(part); }
        int open = template.Segments.IndexOf("**");
        return open < 0 || open == template.Segments.Count - 1
            ? template
            : throw new FormatException($"'{text}': '**' stands only at the end of a path.");
    }

    /// <summary>True when some path fits both.</summary>
    public bool Overlaps(PathTemplate other)
    {
        if (Verb != other.Verb) { return false; }
        int shared = Math.Min(Segments.Count, other.Segments.Count);
        for (int i = 0; i < shared; i++)
        {
            if (Segments[i] == "**" || other.Segments[i] == "**") { return true; }
            if (IsLiteral(Segments[i]) && IsLiteral(other.Segments[i]) && Segments[i] != other.Segments[i]) { return false; }
        }

        return Segments.Count == other.Segments.Count;
    }

    /// <summary>True when every path that fits this one fits the other as well.</summary>
    public bool IsWithin(PathTemplate other)
    {
        for (int i = 0; i < other.Segments.Count; i++)
        {
            if (other.Segments[i] == "**") { return true; }
            if (i >= Segments.Count || Segments[i] == "**" || (IsLiteral(other.Segments[i]) && Segments[i] != other.Segments[i])) { return false; }
        }

        return Segments.Count == other.Segments.Count;
    }

    public override string ToString() => Text;

    private static bool IsLiteral(string segment) => segment is not ("*" or "**");

    private void Add(string part)
    {
        if (!part.StartsWith('{'))
        {
            Segments.Add(part is "*" or "**" ? part : Literal(part, Text));
            return;
        }

        if (!part.EndsWith('}')) { throw new FormatException($"'{Text}': '{part}' has no closing brace at its end."); }
        string[] sides = part[1..^1].Split('=', 2);
        int first = Segments.Count;
        foreach (string inner in (sides.Length == 2 ? sides[1] : "*").Split('/'))
        {
            Segments.Add(inner is "*" or "**" ? inner : Literal(inner, Text));
        }

        Variables.Add(new(sides[0], first, Segments.Count - first));
    }

    private static string Literal(string text, string template) =>
        text.Length > 0 && !text.AsSpan().ContainsAny(NotLiteral)
            ? text
            : throw new FormatException($"'{template}': '{text}' is no path segment.");

    private static IEnumerable<string> SplitOutsideBraces(string text)
    {
        int start = 0;
        bool inside = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '{' or '}') { inside = text[i] == '{'; }
            if (text[i] != '/' || inside) { continue; }
            yield return text[start..i];
            start = i + 1;
        }

        yield return text[start..];
    }
}

/// <summary>A field that a path sets, and the segments that are its value.</summary>
internal sealed record PathVariable(string FieldPath, int FirstSegment, int SegmentCount);
