using System.Text;
using Asteri.Rpc.Tests.Protos;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Asteri.Rpc.Tests.Json;

/// <summary>Messages at random, of any type, with values that are often at the edges of their kind.</summary>
internal sealed class RandomMessages(int seed)
{
    private static readonly double[] Reals =
    [
        0, -0.0, 1, -1.5, double.MaxValue,
        double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, 0.1,
    ];
    private static readonly long[] Wholes = [0, 1, -1, 127, 128, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 53, (1L << 53) + 1];
    private readonly Random _random = new(seed);

    public T Next<T>()
        where T : IMessage<T>, new()
    {
        var message = new T();
        Fill(message, 3);
        return message;
    }

    private void Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (_random.Next(3) != 0) { continue; }
            if (field.IsMap) { FillMap((System.Collections.IDictionary)field.Accessor.GetValue(message), field.MessageType, depth); }
            else if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (int i = _random.Next(4); i > 0; i--) { Add(Value(field, depth, isElement: true), v => list.Add(v)); }
            }
            else { Add(Value(field, depth, isElement: false), v => field.Accessor.SetValue(message, v)); }
        }
    }

    private static void Add(object? value, Action<object> add)
    {
        if (value is not null) { add(value); }
    }

    private void FillMap(System.Collections.IDictionary map, MessageDescriptor entry, int depth)
    {
        for (int i = _random.Next(3); i > 0; i--)
        {
            object key = Value(entry.FindFieldByNumber(1), 0, isElement: true)!;
            Add(Value(entry.FindFieldByNumber(2), depth, isElement: true), v => map[key] = v);
        }
    }

    private object? Value(FieldDescriptor field, int depth, bool isElement) => field.FieldType switch
    {
        FieldType.Double => Real(),
        FieldType.Float => (float)Real(),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)Whole(),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Whole(),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)Whole(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Whole(),
        FieldType.Bool => _random.Next(2) == 0,
        FieldType.String => Text(),
        FieldType.Bytes => ByteString.CopyFrom(Bytes()),
        FieldType.Enum => field.EnumType.FullName == "google.protobuf.NullValue" ? NullValue.NullValue : (Colour)_random.Next(-6, 3),
        _ => Message(field.MessageType, depth, isElement),
    };

    private object? Message(MessageDescriptor type, int depth, bool isElement) => type.FullName switch
    {
        "google.protobuf.Timestamp" => new Timestamp { Seconds = _random.NextInt64(-62_135_596_800, 253_402_300_799), Nanos = Nanos() },
        "google.protobuf.Duration" => Span(),
        "google.protobuf.FieldMask" => new FieldMask { Paths = { "display_name", "a.b_c" } },
        "google.protobuf.Struct" => Object(depth),
        "google.protobuf.Value" => Dynamic(depth),
        "google.protobuf.ListValue" => new ListValue { Values = { Dynamic(depth), Dynamic(depth) } },
        "google.protobuf.Any" => Any.Pack(_random.Next(2) == 0 ? Span() : Child(depth) ?? new Kinds()),
        "google.protobuf.DoubleValue" => Real(),
        "google.protobuf.FloatValue" => (float)Real(),
        "google.protobuf.Int64Value" => Whole(),
        "google.protobuf.UInt64Value" => (ulong)Whole(),
        "google.protobuf.Int32Value" => (int)Whole(),
        "google.protobuf.UInt32Value" => (uint)Whole(),
        "google.protobuf.BoolValue" => _random.Next(2) == 0,
        "google.protobuf.StringValue" => Text(),
        "google.protobuf.BytesValue" => ByteString.CopyFrom(Bytes()),
        "google.protobuf.Empty" => new Empty(),
        _ when depth == 0 && !isElement => null,
        _ => Generated(type, depth),
    };

    private IMessage? Generated(MessageDescriptor type, int depth)
    {
        if (depth == 0) { return null; }
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        Fill(message, depth - 1);
        return message;
    }

    private Kinds? Child(int depth) => (Kinds?)Generated(Kinds.Descriptor, depth);

    private Struct Object(int depth)
    {
        var made = new Struct();
        for (int i = _random.Next(3); i > 0; i--) { made.Fields["k" + Text()] = Dynamic(depth); }
        return made;
    }

    private Value Dynamic(int depth) => _random.Next(depth == 0 ? 4 : 6) switch
    {
        0 => Google.Protobuf.WellKnownTypes.Value.ForNull(),
        1 => Google.Protobuf.WellKnownTypes.Value.ForBool(_random.Next(2) == 0),
        2 => Google.Protobuf.WellKnownTypes.Value.ForNumber(_random.NextDouble() * 1e6),
        3 => Google.Protobuf.WellKnownTypes.Value.ForString(Text()),
        4 => Google.Protobuf.WellKnownTypes.Value.ForStruct(Object(depth - 1)),
        _ => Google.Protobuf.WellKnownTypes.Value.ForList(Dynamic(depth - 1)),
    };

    private Duration Span()
    {
        long seconds = _random.NextInt64(-315_575_999_999, 315_575_999_999);
        return new() { Seconds = seconds, Nanos = Nanos() * (seconds < 0 ? -1 : 1) };
    }

    private int Nanos() => _random.Next(4) switch
    {
        0 => 0,
        1 => _random.Next(1_000) * 1_000_000,
        2 => _random.Next(1_000_000) * 1_000,
        _ => _random.Next(1_000_000_000),
    };

    private double Real() => _random.Next(2) == 0 ? Reals[_random.Next(Reals.Length)] : (_random.NextDouble() - 0.5) * 1e9;

    private long Whole() => _random.Next(2) == 0 ? Wholes[_random.Next(Wholes.Length)] : _random.NextInt64();

    private byte[] Bytes()
    {
        byte[] bytes = new byte[_random.Next(10) == 0 ? _random.Next(2_000) : _random.Next(20)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (int i = _random.Next(10) == 0 ? 300 : _random.Next(8); i > 0; i--)
        {
            text.Append(_random.Next(5) switch
            {
                0 => new Rune(_random.Next(0x80)),
                1 => new Rune(_random.Next(0xE000, 0x10FFFF)),
                2 => new Rune("\"\\/\u2028<&+\0\b"[_random.Next(9)]),
                _ => new Rune('a' + _random.Next(26)),
            });
        }

        return text.ToString();
    }
}
