using System.Buffers;
using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Framing;

/// <summary>
/// Metadata as HTTP/2 headers: text as it stands, "-bin" values in base64, which peers send with or without padding and joined by commas.
/// </summary>
internal static class HeaderCodec
{
    /// <summary>The header value of an entry.</summary>
    public static string Encode(in Metadata.Entry entry) => entry.Text ?? EncodeBytes(entry.Bytes!);

    /// <summary>Base64 without padding, as gRPC asks senders to write it.</summary>
    public static string EncodeBytes(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Adds a header that came to <paramref name="metadata"/>; leaves out reserved names and names that gRPC does not know.</summary>
    /// <exception cref="RpcException">The value is not what the name says; the code is <paramref name="malformed"/>.</exception>
    public static void Receive(Metadata metadata, string name, string value, RpcCode malformed)
    {
        string lower = name.ToLowerInvariant();
        if (!Metadata.IsName(lower) || Metadata.IsReserved(lower)) { return; }
        if (!lower.EndsWith("-bin", StringComparison.Ordinal))
        {
            metadata.Add(new(lower, Text(lower, value, malformed), null));
            return;
        }

        foreach (var part in value.AsSpan().Split(','))
        {
            byte[] bytes = DecodeBytes(value.AsSpan(part).Trim())
                ?? throw new RpcException(
                    malformed, $"Metadata '{lower}' is not base64; the value of a '-bin' header is base64, with or without padding.");
            metadata.Add(new(lower, null, bytes));
        }
    }

    /// <summary>The bytes, or null when the text is not base64.</summary>
    public static byte[]? DecodeBytes(ReadOnlySpan<char> text)
    {
        var digits = text.TrimEnd('=');
        int padded = (digits.Length + 3) & ~3;
        if (digits.Length % 4 == 1) { return null; }
        char[] rented = ArrayPool<char>.Shared.Rent(padded);
        try
        {
            digits.CopyTo(rented);
            rented.AsSpan(digits.Length, padded - digits.Length).Fill('=');
            byte[] bytes = new byte[digits.Length * 3 / 4];
            return Convert.TryFromBase64Chars(rented.AsSpan(0, padded), bytes, out int written) && written == bytes.Length ? bytes : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static string Text(string name, string value, RpcCode malformed)
    {
        int bad = value.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        return bad < 0 ? value : throw new RpcException(
            malformed,
            $"Metadata '{name}' holds the character U+{(int)value[bad]:X4} at {bad}; text is printable ASCII. Send bytes under a name in '-bin'.");
    }
}
