namespace Asteri.Server.Settings;

/// <summary>The name that a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits (a letter added, dropped, replaced, or two swapped); null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        var nearest = candidates.Select(c => (Name: c, Edits: Edits(name, c))).DefaultIfEmpty(("", int.MaxValue)).MinBy(c => c.Item2);
        return nearest.Item2 <= Math.Max(2, name.Length / 3) ? nearest.Item1 : null;
    }

    private static int Edits(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) { rows[i, 0] = i; }
        for (int j = 0; j <= right.Length; j++) { rows[0, j] = j; }
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = rows[i - 1, j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
                if (swapped) { rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1); }
            }
        }

        return rows[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
