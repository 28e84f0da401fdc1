using Asteri.Rpc.Json.Routes;
using Google.Api;

namespace Asteri.Rpc.Tests.Json.Routes;

/// <summary>Rules that cannot be served stop the start, and say which method and why.</summary>
public sealed class RouteRulesTests
{
    public static TheoryData<string, string, string, string> BadRules => new()
    {
        { "GET", "/a/{absent}", "", "no field 'absent'" },
        { "GET", "/a/{child.absent}", "", "no field 'absent'" },
        { "GET", "/a/{text.more}", "", "leads through a field that is no message" },
        { "GET", "/a/{at.seconds}", "", "leads through a field that is no message" },
        { "GET", "/a/{ints}", "", "is repeated" },
        { "GET", "/a/{by_text}", "", "is repeated" },
        { "GET", "/a/{child}", "", "is a message" },
        { "GET", "/a/{text}/{text}", "", "sets 'text' twice" },
        { "GET", "/a/{text", "", "closing brace" },
        { "GET", "/a/{text=}", "", "no path segment" },
        { "GET", "a", "", "does not start with '/'" },
        { "GET", "/a//b", "", "no path segment" },
        { "GET", "/a/**/b", "", "only at the end" },
        { "GET", "/a:", "", "no path segment" },
        { "GET", "/a", "*", "GET takes no body" },
        { "POST", "/a", "absent", "no field 'absent'" },
        { "POST", "/a/{child.text}", "child", "by the path and by the body" },
    };

    [Theory]
    [MemberData(nameof(BadRules))]
    public void Compile_RuleThatCannotBeServed_NamesTheMethodAndTheProblem(string method, string path, string body, string problem)
    {
        var rule = method == "GET" ? new HttpRule { Get = path, Body = body } : new HttpRule { Post = path, Body = body };
        var error = Assert.Throws<InvalidOperationException>(() => RuledMethod.Compile(rule));
        Assert.Contains("asteri.tests.Ruled.M0", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_OtherFaults_AreNamed()
    {
        AssertFault(new(), "has no pattern");
        AssertFault(new() { Get = "/a", ResponseBody = "absent" }, "no field 'absent'");
        var nested = new HttpRule { Get = "/b", AdditionalBindings = { new HttpRule { Get = "/c" } } };
        AssertFault(new() { Get = "/a", AdditionalBindings = { nested } }, "additional");
        var error = Assert.Throws<InvalidOperationException>(() => RuledMethod.CompileStream(new() { Post = "/a" }));
        Assert.Contains("body \"*\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/{text}", "/a/{raw}")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/{text}:v", "/a/*:v")]
    [InlineData("/a/{text}/x", "/a/b/{text}")]
    [InlineData("/a/{text=**}", "/a/{raw=**}")]
    [InlineData("/a/{text=b/**}", "/a/{text}/c")]
    public void Table_RoutesThatFitTheSameRequests_AreRefused(string first, string second)
    {
        var routes = RuledMethod.Compile(new HttpRule { Get = first }, new HttpRule { Get = second });
        var error = Assert.Throws<InvalidOperationException>(() => new RouteTable(routes));
        Assert.Contains("asteri.tests.Ruled.M0", error.Message, StringComparison.Ordinal);
        Assert.Contains("asteri.tests.Ruled.M1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_SameRequestsByOtherMethodOrVerb_AreTwoRoutes()
    {
        var routes = RuledMethod.Compile(
            new HttpRule { Get = "/a/{text}" },
            new HttpRule { Delete = "/a/{text}" },
            new HttpRule { Get = "/a/{text}:v" });
        Assert.Equal(3, new RouteTable(routes).Routes.Count);
    }

    [Theory]
    [InlineData("/a/b", "M0")]
    [InlineData("/a/c", "M1")]
    [InlineData("/a/b/x", "M2")]
    [InlineData("/a/c/x", "M3")]
    [InlineData("/a/c/x/y/z", "M3")]
    [InlineData("/a/b:v", "M4")]
    [InlineData("/a/b:w", "M1")]
    [InlineData("/a/%62", "M0")]
    [InlineData("/b", null)]
    [InlineData("/a", null)]
    [InlineData("/a/", null)]
    [InlineData("/a/../b", null)]
    [InlineData("/", null)]
    [InlineData("", null)]
    public void Find_SeveralRoutesFit_TheNarrowestIsTaken(string path, string? method)
    {
        var table = new RouteTable(RuledMethod.Compile(
            new HttpRule { Get = "/a/b" },
            new HttpRule { Get = "/a/{text}" },
            new HttpRule { Get = "/a/b/{text}" },
            new HttpRule { Get = "/a/{text=**}" },
            new HttpRule { Get = "/a/{text}:v" }));
        Assert.Equal(method, table.Find("GET", path, out _)?.Method.Descriptor.Name);
    }

    [Fact]
    public void Find_NarrowRouteHasAnotherMethod_GoesOnToTheWider()
    {
        var table = new RouteTable(RuledMethod.Compile(new HttpRule { Get = "/a/b" }, new HttpRule { Delete = "/a/{text}" }));
        Assert.Equal("M1", table.Find("DELETE", "/a/b", out _)?.Method.Descriptor.Name);
        Assert.Equal(["DELETE", "GET"], table.AllowedMethods("/a/b"));
    }

    [Fact]
    public void Find_PathOfVeryManySegments_IsNone()
    {
        var table = new RouteTable(RuledMethod.Compile(new HttpRule { Get = "/a/{text=**}" }));
        Assert.Null(table.Find("GET", "/a" + string.Concat(Enumerable.Repeat("/x", 10_000)), out _));
    }

    private static void AssertFault(HttpRule rule, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidOperationException>(() => RuledMethod.Compile(rule)).Message, StringComparison.Ordinal);
}
