using System.Xml.Linq;
using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Structure;

public sealed class ProjectDirectionTests
{
    /// <summary>What a project may reference. A project that is not here may reference nothing.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Asteri.Engine"] = ["Asteri.Compute"],
        ["Asteri.Ingest"] = ["Asteri.Compute", "Asteri.Engine"],
        ["Asteri.Rpc"] = ["Asteri.Contract"],
        ["Asteri.Client"] = ["Asteri.Contract", "Asteri.Rpc"],
        ["Asteri.Server"] = ["Asteri.Compute", "Asteri.Engine", "Asteri.Ingest", "Asteri.Contract", "Asteri.Rpc"],
        ["Asteri.Trainer"] = ["Asteri.Compute", "Asteri.Engine", "Asteri.Client", "Asteri.Contract", "Asteri.Rpc"],
        ["Asteri.Bench"] = ["Asteri.Compute", "Asteri.Engine", "Asteri.Contract", "Asteri.Rpc", "Asteri.Client"],
    };

    private static IEnumerable<string> Product => Repository.Projects.Where(p => !p.StartsWith("tests/", StringComparison.Ordinal));

    public static TheoryData<string> ProductProjects => [.. Product];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void References_PointOnlyTheAgreedWay(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        var references = XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Faults.AssertNone(references.Except(MayUse.GetValueOrDefault(name, [])), $"{name} may not reference:");
    }

    [Fact]
    public void ProductProjects_ReferenceNoTests() =>
        Faults.AssertNone(
            Product.Where(p => Repository.Read(p).Contains("../tests/", StringComparison.Ordinal)),
            "Tests stand on the product, never the other way:");

    [Fact]
    public void EveryProductProject_HasItsTests()
    {
        // Contract is generated code: its routes and policies are tested here. Bench measures what is tested where it lives.
        string[] exempt = ["Asteri.Contract", "Asteri.Bench"];
        var names = Repository.Projects.Select(p => Path.GetFileNameWithoutExtension(p)).ToHashSet();

        Faults.AssertNone(
            Product.Select(p => Path.GetFileNameWithoutExtension(p)).Where(n => !exempt.Contains(n) && !names.Contains($"{n}.Tests")),
            "Has no tests/<name>.Tests:");
    }
}
