using System.Text;

namespace Asteri.Rpc.Json.Messages;

/// <summary>google.protobuf.FieldMask as JSON has it: "displayName,address.street" for the paths display_name and address.street.</summary>
internal static class FieldMaskText
{
    /// <summary>Writes the fields of a FieldMask; returns null, or what is wrong with the text. Original names are taken as well.</summary>
    public static string? Write(ReadOnlySpan<byte> text, WireBuffer wire)
    {
        if (text.IsEmpty) { return null; }
        foreach (var part in text.Split((byte)','))
        {
            var path = text[part];
            if (path.IsEmpty) { return "an empty path; write paths as displayName,address.street"; }
            wire.Tag(1, Google.Protobuf.WireFormat.WireType.LengthDelimited);
            int begin = wire.Begin();
            foreach (byte c in path)
            {
                if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'_' or (byte)'.'))
                {
                    return $"{ScalarText.Show(path)} is no path; write paths as displayName,address.street";
                }

                Write(c, wire);
            }

            wire.End(begin);
        }

        return null;
    }

    /// <summary>A path in JSON's spelling.</summary>
    public static void AppendJson(StringBuilder json, string path)
    {
        if (json.Length > 0) { json.Append(','); }
        bool upper = false;
        foreach (char c in path)
        {
            if (c == '_') { upper = true; continue; }
            json.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }
    }

    private static void Write(byte c, WireBuffer wire)
    {
        if (!char.IsAsciiLetterUpper((char)c))
        {
            wire.Reserve(1)[0] = c;
            wire.Advance(1);
            return;
        }

        var pair = wire.Reserve(2);
        pair[0] = (byte)'_';
        pair[1] = (byte)(c | 0x20);
        wire.Advance(2);
    }
}
