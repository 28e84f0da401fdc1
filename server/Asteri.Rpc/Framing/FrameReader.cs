using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Asteri.Rpc.Calls;
using Google.Protobuf;

namespace Asteri.Rpc.Framing;

/// <summary>
/// Takes length-prefixed messages from a pipe.
/// <code>byte 0: 0 plain, 1 compressed · bytes 1-4: length, big-endian · then the message</code>
/// A length above the limit is refused when its five bytes are here, before any memory is spent on it; a claimed length alone takes none.
/// </summary>
internal sealed class FrameReader(PipeReader input, string? encoding, int maxBytes, FrameFaults faults)
{
    public const int HeaderBytes = 5;

    /// <summary>True when the message that was read last came compressed.</summary>
    public bool LastWasCompressed { get; private set; }

    /// <summary>The next message out of what is here already; null in <paramref name="message"/>: the peer has sent its last.</summary>
    /// <returns>False when more bytes must come first.</returns>
    /// <exception cref="RpcException">The bytes are no message, too large, or in an encoding that is not spoken.</exception>
    public bool TryRead<TMessage>(out TMessage? message)
        where TMessage : class, IMessage<TMessage>, new()
    {
        while (input.TryRead(out var result))
        {
            if (Take(result, out message)) { return true; }
        }

        message = null;
        return false;
    }

    /// <summary>The next message; null when the peer has sent its last.</summary>
    /// <exception cref="RpcException">The bytes are no message, too large, or in an encoding that is not spoken.</exception>
    public async ValueTask<TMessage?> ReadAsync<TMessage>(CancellationToken cancellation)
        where TMessage : class, IMessage<TMessage>, new()
    {
        while (true)
        {
            if (Take(await input.ReadAsync(cancellation), out TMessage? message)) { return message; }
        }
    }

    private bool Take<TMessage>(in ReadResult result, out TMessage? message)
        where TMessage : class, IMessage<TMessage>, new()
    {
        var buffer = result.Buffer;
        message = null;
        if (buffer.IsEmpty && result.IsCompleted)
        {
            input.AdvanceTo(buffer.End);
            return true;
        }

        if (!TryReadHeader(buffer, out bool compressed, out int length) || buffer.Length - HeaderBytes < length)
        {
            if (result.IsCompleted) { throw Truncated(buffer.Length, length); }
            input.AdvanceTo(buffer.Start, buffer.End);
            return false;
        }

        var body = buffer.Slice(HeaderBytes, length);
        LastWasCompressed = compressed;
        message = compressed ? Decompress<TMessage>(body) : Parse<TMessage>(body);
        input.AdvanceTo(body.End);
        return true;
    }

    private bool TryReadHeader(in ReadOnlySequence<byte> buffer, out bool compressed, out int length)
    {
        compressed = false;
        length = -1;
        if (buffer.Length < HeaderBytes) { return false; }
        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] > 1)
        {
            throw new RpcException(faults.Malformed, $"A message starts with the flag byte {header[0]}; 0 (plain) and 1 (compressed) are known.");
        }

        uint claimed = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (claimed > maxBytes) { throw TooLarge(claimed, "is"); }
        compressed = header[0] == 1;
        if (compressed) { RequireEncoding(); }
        length = (int)claimed;
        return true;
    }

    private TMessage Parse<TMessage>(in ReadOnlySequence<byte> body)
        where TMessage : class, IMessage<TMessage>, new()
    {
        var message = new TMessage();
        if (TextFieldsOf<TMessage>.Known.FindInvalid(body) is { } field)
        {
            throw new RpcException(faults.Malformed, $"The text of {field.FullName} is no UTF-8; use a bytes field for bytes.");
        }

        try
        {
            if (body.IsSingleSegment) { message.MergeFrom(body.FirstSpan); }
            else { message.MergeFrom(body); }
        }
        catch (InvalidProtocolBufferException e)
        {
            // gRPC stacks answer INTERNAL here; it is the sender's bytes that are wrong, so on a server it is the caller's mistake.
            throw new RpcException(new(faults.Malformed, $"The bytes are no {message.Descriptor.FullName}: {e.Message}"), e);
        }

        return message;
    }

    private TMessage Decompress<TMessage>(in ReadOnlySequence<byte> body)
        where TMessage : class, IMessage<TMessage>, new()
    {
        using var plain = new PooledBuffer();
        try
        {
            if (!Gzip.TryDecompress(body, plain, maxBytes)) { throw TooLarge(plain.Length, "grows, decompressed, to more than"); }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new(faults.Malformed, $"A message is marked as compressed, but is no gzip data: {e.Message}"), e);
        }

        return Parse<TMessage>(plain.Sequence);
    }

    private void RequireEncoding()
    {
        switch (encoding)
        {
            case GrpcNames.Gzip:
                return;
            case null or GrpcNames.Identity:
                // INTERNAL by gRPC's compression rules, although the fault is the peer's.
                throw new RpcException(
                    RpcCode.Internal,
                    "A message has the compressed flag, but grpc-encoding names no compression; set grpc-encoding, or clear the flag.");
            default:
                throw new RpcException(
                    faults.UnknownEncoding, $"Messages in grpc-encoding '{encoding}' are not read here; {GrpcNames.Accepted} are.");
        }
    }

    private RpcException TooLarge(long bytes, string verb) =>
        new(RpcCode.ResourceExhausted, $"A message {verb} {bytes:N0} bytes; the limit is {maxBytes:N0}. Send less in one message.");

    private RpcException Truncated(long bytes, int length) => new(faults.Malformed, length < 0
        ? $"The stream ended {bytes} bytes into a message header of {HeaderBytes}."
        : $"The stream ended after {bytes - HeaderBytes:N0} of the {length:N0} bytes that a message's header claims.");
}
