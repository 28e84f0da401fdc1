namespace Asteri.Rules.Tests.Documents;

/// <summary>A fenced block of a Markdown file: its language, its text, and the line on which it starts.</summary>
internal sealed record MarkdownBlock(string Language, string Text, int Line)
{
    public static IEnumerable<MarkdownBlock> Parse(string markdown)
    {
        string[] lines = markdown.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal)) { continue; }
            int start = i++;
            while (!lines[i].StartsWith("```", StringComparison.Ordinal)) { i++; }
            yield return new(lines[start][3..].Trim(), string.Join('\n', lines[(start + 1)..i]), start + 1);
        }
    }
}
