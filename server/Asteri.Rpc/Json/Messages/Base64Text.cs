using System.Buffers;
using System.Buffers.Text;

namespace Asteri.Rpc.Json.Messages;

/// <summary>Bytes from base64 or base64url, with or without padding, as protobuf's JSON allows; strict in everything else.</summary>
internal static class Base64Text
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    /// <summary>Writes length and bytes; returns null, or what is wrong with the text.</summary>
    public static string? Write(ReadOnlySpan<byte> text, WireBuffer wire)
    {
        var digits = text.TrimEnd((byte)'=');
        int padding = text.Length - digits.Length;
        int stranger = digits.IndexOfAnyExcept(Alphabet);
        if (stranger >= 0)
        {
            string hint = digits[stranger] == (byte)' ' ? " A '+' in a query is written %2B; base64url has none." : "";
            return $"not base64: {ScalarText.Show(digits.Slice(stranger, 1))} at {stranger}.{hint}";
        }

        bool isUrl = digits.ContainsAny((byte)'-', (byte)'_');
        if (isUrl && digits.ContainsAny((byte)'+', (byte)'/')) { return "not base64: it mixes '+' or '/' with base64url's '-' or '_'"; }
        if (digits.Length % 4 == 1 || padding > 2 || (padding > 0 && text.Length % 4 != 0))
        {
            return $"not base64: {text.Length} characters cannot be a whole number of bytes";
        }

        int begin = wire.Begin();
        if (!TryDecode(digits, wire, out int written)) { return "not base64: the last character has bits that belong to no byte"; }
        wire.Advance(written);
        wire.End(begin);
        return null;
    }

    private static bool TryDecode(ReadOnlySpan<byte> digits, WireBuffer wire, out int written)
    {
        var target = wire.Reserve(digits.Length);
        if (!digits.ContainsAny((byte)'+', (byte)'/'))
        {
            return Base64Url.DecodeFromUtf8(digits, target, out _, out written) == OperationStatus.Done;
        }

        // The standard alphabet needs its padding; whole groups of four do not, and the rest is too short to matter.
        int whole = digits.Length & ~3;
        var status = Base64.DecodeFromUtf8(digits[..whole], target, out _, out written);
        if (status != OperationStatus.Done || whole == digits.Length) { return status == OperationStatus.Done; }
        Span<byte> rest = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
        digits[whole..].CopyTo(rest);
        bool done = Base64.DecodeFromUtf8(rest, target[written..], out _, out int more) == OperationStatus.Done;
        written += more;
        return done;
    }
}
