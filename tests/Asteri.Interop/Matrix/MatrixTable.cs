using System.Text;
using Asteri.Interop.Cases;

namespace Asteri.Interop.Matrix;

/// <summary>The matrix as a Markdown page: one row a case, one column a pair, every gap and every failure with its reason below.</summary>
public static class MatrixTable
{
    public static string Render(IReadOnlyList<MatrixColumn> columns, IReadOnlyList<string> versions, DateOnly day)
    {
        StringBuilder page = new();
        List<string> notes = [];
        var names = InteropCase.Common.Concat(InteropCase.WithoutProbe).Select(c => c.Name).ToArray();
        page.AppendLine("# gRPC interop").AppendLine();
        page.AppendLine($"Client → server, on one machine, in cleartext where TLS is not said, {day:yyyy-MM-dd}.");
        page.AppendLine("Written by `Asteri.Interop matrix`; the same pairs are the tests of Asteri.Interop.Tests.");
        page.AppendLine("The last four rows are not published cases, but ours.").AppendLine();
        foreach (var version in versions) { page.AppendLine($"- {version}"); }
        page.AppendLine().AppendLine($"| case | {string.Join(" | ", columns)} |");
        page.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", columns.Count))}");
        foreach (var name in names)
        {
            page.AppendLine($"| {name} | {string.Join(" | ", columns.Select(column => Cell(column, name, notes)))} |");
        }

        page.AppendLine().AppendLine(Summary(columns)).AppendLine();
        for (int i = 0; i < notes.Count; i++) { page.AppendLine($"{i + 1}. {notes[i]}"); }
        return page.ToString();
    }

    private static string Cell(MatrixColumn column, string name, List<string> notes)
    {
        if (column.Limits.TryGetValue(name, out var reason)) { return $"not expressible ({Note(reason, notes)})"; }
        if (!column.Results.TryGetValue(name, out var result)) { return ""; }
        if (!result.HasPassed) { return $"**failed** ({Note($"{column}, {name}: {result.Detail}", notes)})"; }
        return result.Detail.Length == 0 ? "passed" : $"passed ({Note(result.Detail, notes)})";
    }

    private static string Summary(IReadOnlyList<MatrixColumn> columns)
    {
        var results = columns.SelectMany(c => c.Results.Values).ToArray();
        int passed = results.Count(r => r.HasPassed);
        return $"{passed} passed, {results.Length - passed} failed, {columns.Sum(c => c.Limits.Count)} not expressible.";
    }

    private static int Note(string text, List<string> notes)
    {
        var line = text.ReplaceLineEndings(" ");
        if (!notes.Contains(line)) { notes.Add(line); }
        return notes.IndexOf(line) + 1;
    }
}
