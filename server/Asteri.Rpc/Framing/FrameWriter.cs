using System.Buffers;
using System.Buffers.Binary;
using Asteri.Rpc.Calls;
using Google.Protobuf;

namespace Asteri.Rpc.Framing;

/// <summary>Writes length-prefixed messages; the layout is <see cref="FrameReader"/>'s.</summary>
internal static class FrameWriter
{
    /// <summary>Up to here a message is asked for as one span: what every pipe gives from one pooled block.</summary>
    private const int OneSpanBytes = 2048;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than <paramref name="maxBytes"/>.</exception>
    public static void Write<TMessage>(IBufferWriter<byte> output, TMessage message, int maxBytes, bool compress)
        where TMessage : class, IMessage<TMessage>
    {
        int size = message.CalculateSize();
        if (size > maxBytes)
        {
            throw new RpcException(
                RpcCode.ResourceExhausted,
                $"The {message.Descriptor.FullName} is {size:N0} bytes; the limit for sending is {maxBytes:N0}. Ask for less, or in pages.");
        }

        if (compress) { WriteCompressed(output, message); }
        else if (size <= OneSpanBytes) { WriteSmall(output, message, size); }
        else
        {
            WriteHeader(output, compressed: false, size);
            message.WriteTo(output);
        }
    }

    private static void WriteSmall<TMessage>(IBufferWriter<byte> output, TMessage message, int size)
        where TMessage : class, IMessage<TMessage>
    {
        int total = FrameReader.HeaderBytes + size;
        var span = output.GetSpan(total)[..total];
        span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], size);
        message.WriteTo(span[FrameReader.HeaderBytes..]);
        output.Advance(total);
    }

    private static void WriteCompressed<TMessage>(IBufferWriter<byte> output, TMessage message)
        where TMessage : class, IMessage<TMessage>
    {
        using var plain = new PooledBuffer();
        message.WriteTo((IBufferWriter<byte>)plain);
        using var packed = new PooledBuffer();
        Gzip.Compress(plain.Sequence, packed);
        WriteHeader(output, compressed: true, (int)packed.Length);
        foreach (var part in packed.Sequence) { output.Write(part.Span); }
    }

    private static void WriteHeader(IBufferWriter<byte> output, bool compressed, int size)
    {
        var header = output.GetSpan(FrameReader.HeaderBytes);
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], size);
        output.Advance(FrameReader.HeaderBytes);
    }
}
