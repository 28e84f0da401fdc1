using System.Globalization;
using System.Text;

namespace Asteri.Rpc.Json.Messages;

/// <summary>google.protobuf.Timestamp (RFC 3339) and Duration ("1.5s") as text, to the nanosecond, in both directions.</summary>
internal static class TimeText
{
    /// <summary>0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.</summary>
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

    /// <summary>About ten thousand years, the documented limit of a Duration.</summary>
    private const long MaxDurationSeconds = 315_576_000_000;

    private const int NanosInSecond = 1_000_000_000;

    /// <summary>Reads "2026-11-20T08:30:00.5Z" or with an offset; false when it is none, or outside of the years 1 to 9999.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, out long seconds, out int nanos)
    {
        seconds = 0;
        nanos = 0;
        if (text.Length is < 20 or > 35 || text[10] is not ((byte)'T' or (byte)'t')) { return false; }
        Span<char> head = stackalloc char[19];
        if (Encoding.Latin1.GetChars(text[..19], head) != 19) { return false; }
        head[10] = 'T';
        if (!DateTime.TryParseExact(head, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) { return false; }
        var rest = text[19..];
        if (!TryFraction(ref rest, out nanos) || !TryOffset(rest, out int offsetSeconds)) { return false; }
        seconds = ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) - offsetSeconds;
        return seconds is >= MinSeconds and <= MaxSeconds;
    }

    /// <summary>Reads "-1.5s".</summary>
    public static bool TryDuration(ReadOnlySpan<byte> text, out long seconds, out int nanos)
    {
        seconds = 0;
        nanos = 0;
        bool negative = text.StartsWith("-"u8);
        if (negative) { text = text[1..]; }
        if (!text.EndsWith("s"u8)) { return false; }
        text = text[..^1];
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        if (digits is 0 or > 12) { return false; }
        seconds = long.Parse(text[..digits], CultureInfo.InvariantCulture);
        var rest = text[digits..];
        if (!TryFraction(ref rest, out nanos) || !rest.IsEmpty || seconds > MaxDurationSeconds || (seconds == MaxDurationSeconds && nanos > 0))
        {
            return false;
        }

        if (negative) { (seconds, nanos) = (-seconds, -nanos); }
        return true;
    }

    /// <exception cref="InvalidOperationException">The time is none that RFC 3339 can say.</exception>
    public static string Timestamp(long seconds, int nanos) =>
        seconds is < MinSeconds or > MaxSeconds || nanos is < 0 or >= NanosInSecond
            ? throw new InvalidOperationException($"A timestamp of {seconds} s and {nanos} ns is outside of the years 1 to 9999.")
            : DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(nanos) + "Z";

    /// <exception cref="InvalidOperationException">The duration is none: too long, or its parts have different signs.</exception>
    public static string Duration(long seconds, int nanos) =>
        Math.Abs((decimal)seconds) > MaxDurationSeconds || nanos is <= -NanosInSecond or >= NanosInSecond
            || (seconds != 0 && nanos != 0 && seconds > 0 != nanos > 0)
            ? throw new InvalidOperationException($"A duration of {seconds} s and {nanos} ns has no JSON form.")
            : string.Create(CultureInfo.InvariantCulture, $"{(seconds < 0 || nanos < 0 ? "-" : "")}{Math.Abs(seconds)}{Fraction(Math.Abs(nanos))}s");

    private static string Fraction(int nanos) =>
        nanos == 0 ? ""
        : nanos % 1_000_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $".{nanos / 1_000_000:000}")
        : nanos % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $".{nanos / 1_000:000000}")
        : string.Create(CultureInfo.InvariantCulture, $".{nanos:000000000}");

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int nanos)
    {
        nanos = 0;
        if (!text.StartsWith("."u8)) { return true; }
        text = text[1..];
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        if (digits is 0 or > 9) { return false; }
        nanos = int.Parse(text[..digits], CultureInfo.InvariantCulture);
        for (int i = digits; i < 9; i++) { nanos *= 10; }
        text = text[digits..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8)) { return true; }
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') { return false; }
        if (!TryTwoDigits(text[1..3], 23, out int hours) || !TryTwoDigits(text[4..6], 59, out int minutes)) { return false; }
        seconds = ((hours * 60) + minutes) * (text[0] == '-' ? -60 : 60);
        return true;
    }

    private static bool TryTwoDigits(ReadOnlySpan<byte> text, int max, out int value)
    {
        value = ((text[0] - '0') * 10) + (text[1] - '0');
        return char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1]) && value <= max;
    }
}
