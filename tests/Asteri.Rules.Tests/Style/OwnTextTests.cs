using System.Text.RegularExpressions;
using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Style;

public sealed partial class OwnTextTests
{
    private static readonly string[] Written =
    [
        "*.cs", "*.csproj", "*.props", "*.targets", "*.md", "*.proto", "*.json", "*.sh", "*.js", "*.mjs", "*.py", "*.cc", "*.cu",
    ];

    [Fact]
    public void VendoredFiles_AreNamedInNotice()
    {
        string notice = Repository.Read("NOTICE");
        var foreign = Written.SelectMany(Repository.Files).Where(f => Foreign().IsMatch(Repository.Read(f)));

        Faults.AssertNone(
            foreign.Where(f => !notice.Contains(Path.GetFileName(f), StringComparison.Ordinal)),
            "Text from elsewhere belongs into NOTICE, or out of here:");
    }

    [Fact]
    public void Text_NamesNoPathOfOneMachine() =>
        Faults.AssertNone(
            from path in Written.SelectMany(Repository.Files)
            where !path.EndsWith("package-lock.json", StringComparison.Ordinal)
            from line in Repository.Read(path).Split('\n').Index()
            where MachinePath().IsMatch(line.Item)
            select $"{path}:{line.Index + 1}: {line.Item.Trim()}",
            "A path of one machine:");

    [Fact]
    public void Code_LeavesNothingOpen() =>
        Faults.AssertNone(
            from file in Repository.Sources
            where !file.Path.EndsWith(nameof(OwnTextTests) + ".cs", StringComparison.Ordinal)
            from line in file.Lines.Index()
            where LeftOpen().IsMatch(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}",
            "Finish it, or say in the issue tracker what is left:");

    [GeneratedRegex(@"Copyright\s+(?:\(c\)\s*)?[0-9]{4}(?!.*Asteri)", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(^|[^a-z./\w])/(work|home|root|Users)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b|catch\s*(\(Exception[^)]*\))?\s*\{\s*\}")]
    private static partial Regex LeftOpen();
}
