using Asteri.Rules.Tests.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Asteri.Rules.Tests.Style;

public sealed class SizeTests
{
    private const int MaxFileLines = 500;
    private const int MaxFunctionLines = 70;
    private const int MaxKernelLines = 170;
    private const int MaxParameters = 5;
    private const int MaxLineLength = 150;

    /// <summary>"path: function" → why it is longer or wider than the rule.</summary>
    private static readonly Dictionary<string, string> Exceptions = [];

    [Fact]
    public void Files_StayShort() =>
        Faults.AssertNone(
            Repository.Sources.Where(f => f.Lines.Count > MaxFileLines).Select(f => $"{f}: {f.Lines.Count} lines"),
            $"At most {MaxFileLines} lines a file:");

    [Fact]
    public void Files_AreShortOnTheWhole()
    {
        var lines = Repository.Sources.Where(f => !f.IsTest).Select(f => f.Lines.Count).Order().ToList();

        Assert.InRange(lines[lines.Count / 2], 0, 120);
        Assert.InRange(lines[lines.Count * 9 / 10], 0, 300);
    }

    [Fact]
    public void Lines_FitTheScreen() =>
        Faults.AssertNone(
            from file in Repository.Sources
            from line in file.Lines.Index()
            where line.Item.Length > MaxLineLength
            select $"{file}:{line.Index + 1}: {line.Item.Length} characters",
            $"At most {MaxLineLength} characters a line:");

    [Fact]
    public void Functions_StayShort() =>
        Faults.AssertNone(
            from file in Repository.Sources
            from function in Functions(file)
            let span = function.GetLocation().GetLineSpan()
            let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
            where lines > (IsKernel(file) ? MaxKernelLines : MaxFunctionLines) && !Exceptions.ContainsKey($"{file}: {NameOf(function)}")
            select $"{file}:{span.StartLinePosition.Line + 1} {NameOf(function)}: {lines} lines",
            $"At most {MaxFunctionLines} lines a function ({MaxKernelLines} for a kernel):");

    [Fact]
    public void Functions_TakeFewParameters() =>
        Faults.AssertNone(
            from file in Repository.Sources
            from function in Functions(file)
            let count = ParameterCount(function)
            where count > MaxParameters && !IsDictatedFromOutside(function) && !Exceptions.ContainsKey($"{file}: {NameOf(function)}")
            select $"{file}: {NameOf(function)} takes {count}",
            $"At most {MaxParameters} parameters; more make a request record:");

    [Fact]
    public void Regions_AreNotUsed() =>
        Faults.AssertNone(
            Repository.Sources.Where(f => f.Tree.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.RegionDirectiveTrivia))).Select(f => f.Path),
            "A file that needs regions is two files:");

    private static IEnumerable<SyntaxNode> Functions(SourceFile file) =>
        file.Tree.DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax);

    private static int ParameterCount(SyntaxNode function) => function switch
    {
        BaseMethodDeclarationSyntax m => m.ParameterList.Parameters.Count,
        LocalFunctionStatementSyntax l => l.ParameterList.Parameters.Count,
        _ => 0,
    };

    private static bool IsKernel(SourceFile file) => file.Project == "Asteri.Compute" && file.Room is "Simd" or "Linear" or "Cuda";

    /// <summary>Overrides and native imports have the parameters that somebody else gave them; a record's constructor is its properties.</summary>
    private static bool IsDictatedFromOutside(SyntaxNode function) =>
        function is MethodDeclarationSyntax m
        && (m.Modifiers.Any(SyntaxKind.OverrideKeyword)
            || m.AttributeLists.SelectMany(a => a.Attributes).Any(a => a.Name.ToString() == "LibraryImport"));

    private static string NameOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax m => m.Identifier.Text,
        ConstructorDeclarationSyntax c => c.Identifier.Text,
        LocalFunctionStatementSyntax l => l.Identifier.Text,
        _ => function.Kind().ToString(),
    };
}
