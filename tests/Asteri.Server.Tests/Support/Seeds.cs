namespace Asteri.Server.Tests.Support;

/// <summary>
/// Seeds of random tests: fixed ones, so that a failure repeats, and one new one a run, which its name shows. ASTERI_TEST_SEED sets that one.
/// </summary>
internal static class Seeds
{
    public static TheoryData<int> Some { get; } =
        [1, 2, 3, int.TryParse(Environment.GetEnvironmentVariable("ASTERI_TEST_SEED"), out int seed) ? seed : Random.Shared.Next(4, 1_000_000)];
}
