using Asteri.Rules.Tests.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Asteri.Rules.Tests.Style;

public sealed class NamingTests
{
    private static readonly string[] EmptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Common", "Misc"];

    private static readonly SyntaxKind[] SaysHow =
        [SyntaxKind.SealedKeyword, SyntaxKind.AbstractKeyword, SyntaxKind.StaticKeyword, SyntaxKind.PartialKeyword];

    [Fact]
    public void Types_HaveNamesThatSaySomething() =>
        Faults.AssertNone(
            from file in Repository.Sources
            from type in file.Tree.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            where EmptyWords.Any(w => type.Identifier.Text.EndsWith(w, StringComparison.Ordinal)) && type.BaseList is null
            select $"{file}: {type.Identifier.Text}",
            "A name says what the thing is:");

    [Fact]
    public void Classes_AreSealedUnlessMadeForInheritance() =>
        Faults.AssertNone(
            from file in Repository.Sources
            from type in file.Tree.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type is ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
            where !type.Modifiers.Any(m => SaysHow.Contains(m.Kind()))
            where !IsDerivedFrom(type.Identifier.Text)
            select $"{file}: {type.Identifier.Text}",
            "sealed, unless something inherits from it:");

    [Fact]
    public void PublicTypes_SayWhatTheyGuarantee() =>
        Faults.AssertNone(
            from file in Repository.Sources
            where !file.IsTest
            from type in file.Tree.DescendantNodes().OfType<MemberDeclarationSyntax>()
            where type is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
            where type.Modifiers.Any(SyntaxKind.PublicKeyword)
            where !type.GetLeadingTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia))
            select $"{file}: {(type as BaseTypeDeclarationSyntax)?.Identifier.Text ?? "delegate"}",
            "A public type has a summary:");

    [Fact]
    public void Files_AreNamedAfterATypeInThem() =>
        Faults.AssertNone(
            from file in Repository.Sources
            let types = file.Tree.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(n => n.Members).ToList()
            where types.Count == 1 && types[0] is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
            let name = (types[0] as BaseTypeDeclarationSyntax)?.Identifier.Text ?? ((DelegateDeclarationSyntax)types[0]).Identifier.Text
            where !Path.GetFileNameWithoutExtension(file.Path).Split('.')[0].Equals(name, StringComparison.Ordinal)
            select $"{file}: {name}",
            "The file has the name of its type:");

    private static bool IsDerivedFrom(string name) =>
        Repository.Sources.SelectMany(f => f.Tree.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Any(t => t.BaseList?.Types.Any(b => b.Type.ToString().Split('<')[0].Split('.')[^1] == name) == true);
}
