using System.Globalization;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>
/// How much longer than in every build the fault tests run, by the environment variable ASTERI_LONG: four times when it is 1, n times for a larger n.
/// </summary>
internal static class LongForm
{
    public static int Factor { get; } =
        !int.TryParse(Environment.GetEnvironmentVariable("ASTERI_LONG"), CultureInfo.InvariantCulture, out var factor) ? 1
        : factor == 1 ? 4
        : Math.Max(1, factor);
}
