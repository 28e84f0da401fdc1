using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// One value of a scalar field from its text: a JSON token's, a path segment's, a query parameter's or a map key's. Writes the value behind its
/// tag; returns null, or what is wrong with the text.
/// </summary>
internal static class ScalarText
{
    private const int ShownCharacters = 40;
    private const NumberStyles Exponent = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static string? Write(FieldSchema field, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        switch (field.Type)
        {
            case FieldType.String:
                wire.Delimited(text);
                return null;
            case FieldType.Bytes:
                return Base64Text.Write(text, wire);
            case FieldType.Bool:
                return WriteBool(text, wire);
            case FieldType.Enum:
                return WriteEnum(field, text, wire);
            case FieldType.Double or FieldType.Float:
                return WriteReal(text, field.Type == FieldType.Float, wire);
            case FieldType.UInt64 or FieldType.Fixed64 or FieldType.UInt32 or FieldType.Fixed32:
                return WriteUnsigned(field.Type, text, wire);
            case FieldType.Message or FieldType.Group:
                throw new InvalidOperationException($"{field} is no scalar.");
            default:
                return WriteSigned(field.Type, text, wire);
        }
    }

    /// <summary>The text as an error message may show it: not all of it when it is long.</summary>
    public static string Show(ReadOnlySpan<byte> text)
    {
        string shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownCharacters * 4)]);
        bool isWhole = shown.Length <= ShownCharacters && text.Length <= ShownCharacters * 4;
        return isWhole ? $"'{shown}'" : $"'{shown[..Math.Min(shown.Length, ShownCharacters)]}…'";
    }

    /// <summary>The same for text that came as characters.</summary>
    public static string Show(ReadOnlySpan<char> text) =>
        text.Length <= ShownCharacters ? $"'{text}'" : $"'{text[..ShownCharacters]}…'";

    private static string? WriteBool(ReadOnlySpan<byte> text, WireBuffer wire)
    {
        bool value = text.SequenceEqual("true"u8);
        if (!value && !text.SequenceEqual("false"u8)) { return $"{Show(text)} is no bool; write true or false"; }
        wire.Varint(value ? 1UL : 0UL);
        return null;
    }

    private static string? WriteEnum(FieldSchema field, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        Span<char> name = stackalloc char[128];
        int number = 0;
        bool isKnown = text.Length <= name.Length
            && (field.TryGetEnumNumber(name[..Encoding.UTF8.GetChars(text, name)], out number) || TryWhole(text, out number));
        if (!isKnown)
        {
            var type = field.Descriptor.EnumType;
            return $"{Show(text)} is no {type.FullName}; it is one of {string.Join(", ", type.Values.Select(v => v.Name))}, or a number";
        }

        wire.Varint((ulong)number);
        return null;
    }

    private static bool TryWhole(ReadOnlySpan<byte> text, out int number) =>
        Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;

    private static string? WriteReal(ReadOnlySpan<byte> text, bool single, WireBuffer wire)
    {
        if (!TryReal(text, out double value)) { return $"{Show(text)} is no number"; }
        if (single && double.IsFinite(value) && !float.IsFinite((float)value)) { value = double.PositiveInfinity; }
        if (double.IsInfinity(value) && !text.EndsWith("Infinity"u8)) { return $"{Show(text)} is too large for a {(single ? "float" : "double")}"; }
        if (single) { wire.Fixed32(BitConverter.SingleToUInt32Bits((float)value)); }
        else { wire.Fixed64(BitConverter.DoubleToUInt64Bits(value)); }
        return null;
    }

    private static bool TryReal(ReadOnlySpan<byte> text, out double value)
    {
        value = text.SequenceEqual("NaN"u8) ? double.NaN
            : text.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        if (value != 0) { return true; }
        // The framework's parser also takes the words above in other spellings; a number starts with a digit, a sign or a point.
        return text.Length > 0
            && text[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.'
            && char.IsAsciiDigit((char)text[^1]) | text[^1] == '.'
            && double.TryParse(text, Exponent, CultureInfo.InvariantCulture, out value);
    }

    private static string? WriteSigned(FieldType type, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        bool narrow = type is FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32;
        bool isPlain = Utf8Parser.TryParse(text, out long value, out int used) && used == text.Length;
        bool isWhole = isPlain || TryScientific(text, long.MinValue, long.MaxValue, out value);
        if (!isWhole || (narrow && value != (int)value))
        {
            return narrow
                ? $"{Show(text)} is no int32: a whole number from {int.MinValue} to {int.MaxValue}"
                : $"{Show(text)} is no int64: a whole number from {long.MinValue} to {long.MaxValue}";
        }

        switch (type)
        {
            case FieldType.SFixed32: wire.Fixed32((uint)value); break;
            case FieldType.SFixed64: wire.Fixed64((ulong)value); break;
            case FieldType.SInt32 or FieldType.SInt64: wire.Varint((ulong)((value << 1) ^ (value >> 63))); break;
            default: wire.Varint((ulong)value); break;
        }

        return null;
    }

    private static string? WriteUnsigned(FieldType type, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        ulong max = type is FieldType.UInt32 or FieldType.Fixed32 ? uint.MaxValue : ulong.MaxValue;
        bool isPlain = Utf8Parser.TryParse(text, out ulong value, out int used) && used == text.Length;
        if ((!isPlain && !TryScientific(text, ulong.MinValue, ulong.MaxValue, out value)) || value > max)
        {
            return $"{Show(text)} is no {(max == uint.MaxValue ? "uint32" : "uint64")}: a whole number from 0 to {max}";
        }

        switch (type)
        {
            case FieldType.Fixed32: wire.Fixed32((uint)value); break;
            case FieldType.Fixed64: wire.Fixed64(value); break;
            default: wire.Varint(value); break;
        }

        return null;
    }

    /// <summary>Whole numbers in another spelling, which protobuf's JSON allows: 1.0, 1e3.</summary>
    private static bool TryScientific<T>(ReadOnlySpan<byte> text, T min, T max, out T value)
        where T : System.Numerics.INumber<T>
    {
        value = T.Zero;
        // Decimal holds 28 digits exactly; a negative exponent could be rounded to a whole number that the text is not.
        if (text.Length is 0 or > 28 || text[1..].Contains((byte)'-')
            || !decimal.TryParse(text, Exponent, CultureInfo.InvariantCulture, out decimal number)
            || number != decimal.Truncate(number) || number < decimal.CreateChecked(min) || number > decimal.CreateChecked(max))
        {
            return false;
        }

        value = T.CreateChecked(number);
        return true;
    }
}
