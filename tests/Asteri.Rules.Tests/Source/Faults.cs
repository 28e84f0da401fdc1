namespace Asteri.Rules.Tests.Source;

/// <summary>Collects what breaks a rule, so that one run names all of it.</summary>
internal static class Faults
{
    public static void AssertNone(IEnumerable<string> faults, string remedy)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{remedy}\n  {string.Join("\n  ", all)}");
    }
}
