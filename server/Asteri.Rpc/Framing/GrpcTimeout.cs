using System.Globalization;

namespace Asteri.Rpc.Framing;

/// <summary>The value of grpc-timeout: at most eight digits and a unit (H, M, S, m, u, n).</summary>
internal static class GrpcTimeout
{
    private const long MaxDigitsValue = 99_999_999;

    private static readonly (long Ticks, char Unit)[] Units =
        [(TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M')];

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9) { return false; }
        if (!long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long value)) { return false; }
        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        timeout = new(ticks ?? 0);
        return ticks is not null;
    }

    /// <summary>The finest unit that eight digits hold, rounded up so that the server never gives up first.</summary>
    public static string Format(TimeSpan timeout)
    {
        long ticks = Math.Max(0, timeout.Ticks);
        foreach (var (ticksPerUnit, unit) in Units)
        {
            long value = (ticks + ticksPerUnit - 1) / ticksPerUnit;
            if (value <= MaxDigitsValue) { return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}"); }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxDigitsValue}H");
    }
}
