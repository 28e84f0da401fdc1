using System.Text;
using System.Text.Unicode;

namespace Asteri.Rpc.Json.Routes;

/// <summary>Percent-encoded text of a path or a query as bytes.</summary>
internal static class UrlText
{
    /// <summary>
    /// Decodes into <paramref name="target"/>, which holds at least as many bytes as UTF-8 needs for <paramref name="text"/>; returns their
    /// number, or -1 when an escape is broken or the result is not UTF-8.
    /// </summary>
    public static int Decode(ReadOnlySpan<char> text, UrlPart part, Span<byte> target)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '%')
            {
                if (i + 2 >= text.Length || !TryHex(text[i + 1], out int high) || !TryHex(text[i + 2], out int low)) { return -1; }
                int b = (high << 4) | low;
                if (b == '/' && part == UrlPart.Segments) { target[length++] = (byte)'%'; continue; }
                target[length++] = (byte)b;
                i += 2;
            }
            else if (c < 0x80)
            {
                target[length++] = c == '+' && part == UrlPart.Query ? (byte)' ' : (byte)c;
            }
            else
            {
                int pair = char.IsHighSurrogate(c) && i + 1 < text.Length ? 2 : 1;
                length += Encoding.UTF8.GetBytes(text.Slice(i, pair), target[length..]);
                i += pair - 1;
            }
        }

        return Utf8.IsValid(target[..length]) ? length : -1;
    }

    private static bool TryHex(char c, out int value)
    {
        value = c is >= '0' and <= '9' ? c - '0' : (c | 0x20) is >= 'a' and <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
        return value >= 0;
    }
}

/// <summary>Where encoded text stands, which decides what two of its characters mean.</summary>
internal enum UrlPart
{
    /// <summary>One segment of a path: everything is decoded.</summary>
    Segment,

    /// <summary>Several segments: an encoded slash stays encoded, so that it can be told from one that divides.</summary>
    Segments,

    /// <summary>A query: '+' is a space.</summary>
    Query,
}
