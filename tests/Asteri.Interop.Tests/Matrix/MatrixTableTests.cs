using Asteri.Interop.Cases;
using Asteri.Interop.Matrix;

namespace Asteri.Interop.Tests.Matrix;

public sealed class MatrixTableTests
{
    private static readonly DateOnly Day = new(2026, 1, 2);

    [Fact]
    public void Render_FailedCase_SaysWhoAndWhy()
    {
        var page = MatrixTable.Render([Column(new CaseResult("ping_pong", CaseResult.Failed, "body size:\nexpected 9, got 8", 1))], [], Day);

        Assert.Contains("| ping_pong | **failed** (1) |", page);
        Assert.Contains("1. node → asteri, ping_pong: body size: expected 9, got 8", page);
        Assert.Contains("0 passed, 1 failed, 1 not expressible.", page);
    }

    [Fact]
    public void Render_CaseWithLimit_GivesTheReason()
    {
        var page = MatrixTable.Render([Column()], [], Day);

        Assert.Contains("| empty_stream | not expressible (1) |", page);
        Assert.Contains("1. it cannot", page);
    }

    [Fact]
    public void Render_SameNoteTwice_IsListedOnce()
    {
        CaseResult ping = new("ping_pong", CaseResult.Passed, "sizes only", 1);

        var page = MatrixTable.Render([Column(ping, ping with { Case = "large_unary" })], [], Day);

        Assert.Contains("| large_unary | passed (1) |", page);
        Assert.Contains("| ping_pong | passed (1) |", page);
        Assert.Contains("2 passed, 0 failed, 1 not expressible.", page);
    }

    [Fact]
    public void Render_AnyColumns_HasARowForEveryPublishedCase()
    {
        var page = MatrixTable.Render([Column()], [], Day);

        Assert.All(InteropCase.Common, c => Assert.Contains($"\n| {c.Name} |", page.ReplaceLineEndings("\n")));
    }

    private static MatrixColumn Column(params CaseResult[] results) =>
        new("node", "asteri", results.ToDictionary(r => r.Case), new Dictionary<string, string> { ["empty_stream"] = "it cannot" });
}
