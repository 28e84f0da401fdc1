using System.Buffers;
using System.Buffers.Binary;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>HTTP/2 frames as bytes (RFC 9113): only what the tests send, right or wrong.</summary>
internal static class Http2
{
    public const int HeaderBytes = 9;

    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static void WriteFrame(IBufferWriter<byte> output, FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var header = output.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)payload.Length << 8 | (byte)type);
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
        output.Advance(HeaderBytes);
        output.Write(payload);
    }

    public static void WriteSetting(IBufferWriter<byte> output, Setting setting, uint value)
    {
        Span<byte> payload = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)setting);
        BinaryPrimitives.WriteUInt32BigEndian(payload[2..], value);
        WriteFrame(output, FrameType.Settings, 0, 0, payload);
    }

    public static void WriteWindowUpdate(IBufferWriter<byte> output, int stream, int bytes) =>
        WriteNumber(output, FrameType.WindowUpdate, stream, bytes);

    public static void WriteReset(IBufferWriter<byte> output, int stream, int error) => WriteNumber(output, FrameType.Reset, stream, error);

    private static void WriteNumber(IBufferWriter<byte> output, FrameType type, int stream, int number)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        WriteFrame(output, type, 0, stream, payload);
    }

    internal enum FrameType : byte
    {
        Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9,
    }

    internal enum Setting : ushort
    {
        HeaderTableSize = 1, InitialWindowSize = 4,
    }
}
