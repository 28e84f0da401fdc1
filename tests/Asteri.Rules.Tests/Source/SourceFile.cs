using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Asteri.Rules.Tests.Source;

/// <summary>A C# file of ours: where it lies, what it says.</summary>
internal sealed class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.TrimEnd('\n').Split('\n');
        Tree = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
    }

    /// <summary>Relative to the repository's root.</summary>
    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    public CompilationUnitSyntax Tree { get; }

    /// <summary>"Asteri.Engine" of "engine/Asteri.Engine/Storage/Disk/IDisk.cs".</summary>
    public string Project => Path.Split('/')[1];

    /// <summary>The folders below the project: "Storage", "Disk".</summary>
    public IReadOnlyList<string> Folders => Path.Split('/')[2..^1];

    /// <summary>The first folder, or "" for files that lie beside the project file.</summary>
    public string Room => Folders.Count > 0 ? Folders[0] : "";

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public string? Namespace => Tree.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    /// <summary>Every namespace of ours that the file names: in usings and in qualified names.</summary>
    public IEnumerable<string> NamespacesUsed =>
        Tree.DescendantNodes(descendIntoTrivia: false)
            .Select(n => n switch
            {
                UsingDirectiveSyntax u => u.NamespaceOrType.ToString(),
                QualifiedNameSyntax { Parent: not (QualifiedNameSyntax or UsingDirectiveSyntax or BaseNamespaceDeclarationSyntax) } q => q.ToString(),
                MemberAccessExpressionSyntax { Parent: not MemberAccessExpressionSyntax } m => m.ToString(),
                _ => null,
            })
            .OfType<string>()
            .Select(n => n.Replace("global::", "", StringComparison.Ordinal))
            .Where(n => n.StartsWith("Asteri.", StringComparison.Ordinal))
            .Distinct();

    public static SourceFile Parse(string path) => new(path, Repository.Read(path));

    public override string ToString() => Path;
}
