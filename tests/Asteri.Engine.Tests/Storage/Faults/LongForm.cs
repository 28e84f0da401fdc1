using System.Globalization;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>How much longer than in every build the fault tests run: the environment variable ASTERI_LONG, a factor.</summary>
internal static class LongForm
{
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("ASTERI_LONG"), CultureInfo.InvariantCulture, out var factor) ? Math.Max(1, factor) : 1;
}
