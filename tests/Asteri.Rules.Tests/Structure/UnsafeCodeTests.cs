using Asteri.Rules.Tests.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Asteri.Rules.Tests.Structure;

public sealed class UnsafeCodeTests
{
    [Fact]
    public void UnsafeCode_StandsOnlyInComputeAndStorageFaster() =>
        Faults.AssertNone(
            from file in Repository.Sources
            where !MayBeUnsafe(file)
            from token in file.Tree.DescendantTokens()
            where token.IsKind(SyntaxKind.UnsafeKeyword)
            select Place(file, token),
            "Pointers live in Asteri.Compute, in Storage/Faster, and in the bare FASTER loop of the bench:");

    [Fact]
    public void NativeImports_StandOnlyInCompute() =>
        Faults.AssertNone(
            from file in Repository.Sources
            where file.Project != "Asteri.Compute"
            from attribute in file.Tree.DescendantNodes().OfType<AttributeSyntax>()
            where attribute.Name.ToString() is "DllImport" or "LibraryImport"
            select Place(file, attribute.GetFirstToken()),
            "Native calls live in Asteri.Compute:");

    [Fact]
    public void UnsafeReinterpretation_StandsOnlyWherePointersMay() =>
        Faults.AssertNone(
            from file in Repository.Sources
            where !MayBeUnsafe(file) && !file.IsTest
            from access in file.Tree.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            where access.Expression.ToString() is "Unsafe" or "System.Runtime.CompilerServices.Unsafe"
            select Place(file, access.GetFirstToken()),
            "System.Runtime.CompilerServices.Unsafe is as unsafe as a pointer:");

    private static bool MayBeUnsafe(SourceFile f) =>
        f.Project == "Asteri.Compute"
        || f.Path.StartsWith("engine/Asteri.Engine/Storage/Faster/", StringComparison.Ordinal)
        || f.Path.StartsWith("bench/Asteri.Bench/Storage/", StringComparison.Ordinal);

    private static string Place(SourceFile f, SyntaxToken t) => $"{f}:{t.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
