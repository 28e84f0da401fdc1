namespace Asteri.Rules.Tests.Source;

/// <summary>The checkout that this test was built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "data", "node_modules", "bin", "obj", "build", ".git", ".vs", ".idea", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of ours, parsed once.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. Files("*.cs").Select(SourceFile.Parse).OrderBy(f => f.Path, StringComparer.Ordinal)];

    /// <summary>Every project file, relative to the root.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. Files("*.csproj").Order(StringComparer.Ordinal)];

    /// <summary>The files of a pattern, relative to the root, with '/' between the folders.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        FilesBelow(Root, pattern).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> FilesBelow(string directory, string pattern) =>
        Directory.EnumerateFiles(directory, pattern)
            .Concat(Directory.EnumerateDirectories(directory)
                .Where(d => !NotOurs.Contains(Path.GetFileName(d)))
                .SelectMany(d => FilesBelow(d, pattern)));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Asteri.Engine.sln"))) { return at.FullName; }
        }

        throw new InvalidOperationException($"No Asteri.Engine.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
