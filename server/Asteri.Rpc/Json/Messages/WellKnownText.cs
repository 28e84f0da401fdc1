using Google.Protobuf;

namespace Asteri.Rpc.Json.Messages;

/// <summary>The messages whose JSON form is one string: Timestamp, Duration and FieldMask. Also how they stand in a query parameter.</summary>
internal static class WellKnownText
{
    public static bool IsText(WellKnownForm form) => form is WellKnownForm.Timestamp or WellKnownForm.Duration or WellKnownForm.FieldMask;

    /// <summary>Writes the message's fields; returns null, or what is wrong with the text.</summary>
    public static string? Write(WellKnownForm form, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        switch (form)
        {
            case WellKnownForm.Timestamp:
                if (!TimeText.TryTimestamp(text, out long seconds, out int nanos))
                {
                    return $"{ScalarText.Show(text)} is no timestamp; write 2026-11-20T08:30:00.5Z";
                }

                WriteTime(seconds, nanos, wire);
                return null;
            case WellKnownForm.Duration:
                if (!TimeText.TryDuration(text, out seconds, out nanos))
                {
                    return $"{ScalarText.Show(text)} is no duration; write seconds with an s behind them, as 1.5s";
                }

                WriteTime(seconds, nanos, wire);
                return null;
            default:
                return FieldMaskText.Write(text, wire);
        }
    }

    private static void WriteTime(long seconds, int nanos, WireBuffer wire)
    {
        if (seconds != 0)
        {
            wire.Tag(1, WireFormat.WireType.Varint);
            wire.Varint((ulong)seconds);
        }

        if (nanos != 0)
        {
            wire.Tag(2, WireFormat.WireType.Varint);
            wire.Varint((ulong)nanos);
        }
    }
}
