using System.Buffers;
using System.Buffers.Binary;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;
using static Asteri.Rpc.Tests.Wire.Http2;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>A gRPC request, header by header and byte by byte.</summary>
internal static class RawCall
{
    public const string Say = "/asteri.rpc.tests.EchoService/Say";

    /// <summary>The headers of a right request; what is in <paramref name="others"/> replaces or follows.</summary>
    public static List<(string Name, string Value)> Headers(string path = Say, params ReadOnlySpan<(string Name, string Value)> others)
    {
        List<(string Name, string Value)> headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        ];
        foreach (var other in others)
        {
            int at = headers.FindIndex(h => h.Name == other.Name);
            if (at < 0) { headers.Add(other); }
            else { headers[at] = other; }
        }

        return headers;
    }

    /// <summary>A message behind its five bytes.</summary>
    public static byte[] Frame(Word word, byte flag = 0) => Frame(word.ToByteArray(), flag);

    /// <summary>Bytes behind the five bytes that claim them, or claim <paramref name="length"/>.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0, uint? length = null)
    {
        byte[] frame = [flag, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        return frame;
    }

    public static void WriteHeaders(IBufferWriter<byte> output, int stream, IEnumerable<(string Name, string Value)> headers, bool end = false) =>
        WriteFrame(output, FrameType.Headers, (byte)(EndHeaders | (end ? EndStream : 0)), stream, Hpack.Write(headers));

    public static void WriteData(IBufferWriter<byte> output, int stream, ReadOnlySpan<byte> bytes, bool end) =>
        WriteFrame(output, FrameType.Data, end ? EndStream : (byte)0, stream, bytes);

    /// <summary>Sends one whole request and waits for the end of its reply.</summary>
    public static async Task<RawReply> CallAsync(this RawConnection connection, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        var (id, reply) = connection.NewStream();
        var output = new ArrayBufferWriter<byte>();
        WriteHeaders(output, id, headers);
        WriteData(output, id, body, end: true);
        await connection.SendAsync(output.WrittenMemory);
        await reply.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        return reply;
    }
}
