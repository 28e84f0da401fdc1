using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Structure;

public sealed class TopLevelTests
{
    private static readonly string[] Folders = ["engine", "trainer", "server", "tests", "bench", "models"];

    private static readonly string[] Files =
    [
        "Asteri.Engine.sln", "Dockerfile", "Dockerfile.gpu",
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", "global.json",
    ];

    [Fact]
    public void TopLevel_HoldsNothingButTheAgreedNames()
    {
        string[] notOurs = ["artifacts", "data", "node_modules", "TestResults"];
        var folders = NamesOf(Directory.GetDirectories(Repository.Root)).Except(notOurs).Except(Folders);
        var files = NamesOf(Directory.GetFiles(Repository.Root)).Except(Files);

        Faults.AssertNone(folders.Concat(files), "The top level is fixed; put this into a room:");
    }

    [Fact]
    public void TopLevel_HasEveryDocument() =>
        Faults.AssertNone(Files.Where(f => !File.Exists(Path.Combine(Repository.Root, f))), "Missing at the top level:");

    [Fact]
    public void Solution_HasEveryProject()
    {
        string solution = Repository.Read("Asteri.Engine.sln").Replace('\\', '/');

        Faults.AssertNone(
            Repository.Projects.Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)),
            "Add to the solution (dotnet sln add):");
    }

    private static IEnumerable<string> NamesOf(string[] paths) => paths.Select(p => Path.GetFileName(p)).Where(n => n[0] != '.');
}
