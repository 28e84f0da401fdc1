using System.Buffers;
using System.Text;

namespace Asteri.Rpc.Framing;

/// <summary>The value of grpc-message: UTF-8, where bytes outside printable ASCII, and '%', are written as %XX.</summary>
internal static class StatusMessage
{
    /// <summary>Longer messages are cut: many peers refuse header blocks of more than 8 KiB.</summary>
    private const int MaxBytes = 2048;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static string Encode(string message)
    {
        if (message.Length <= MaxBytes && !message.AsSpan().ContainsAnyExcept(Plain)) { return message; }
        var encoded = new StringBuilder(message.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            int before = encoded.Length;
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                if (b is >= 0x20 and <= 0x7E and not (byte)'%') { encoded.Append((char)b); }
                else { encoded.Append('%').Append(b.ToString("X2", null)); }
            }

            if (encoded.Length > MaxBytes) { return encoded.ToString(0, before); }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: a '%' that starts no escape stands for itself, and bytes that are no UTF-8 become U+FFFD.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal)) { return encoded; }
        byte[] bytes = Encoding.UTF8.GetBytes(encoded);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool escaped = bytes[i] == '%' && i + 2 < bytes.Length
                && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[length++] = escaped ? Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0] : bytes[i];
            if (escaped) { i += 2; }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
