using System.Buffers;
using System.Text;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;
using static Asteri.Rpc.Tests.Wire.Http2;
using static Asteri.Rpc.Tests.Wire.RawCall;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>A request that is right as HTTP/2 and wrong above it, in one of the ways of <see cref="FuzzKind"/>.</summary>
internal sealed class MutatedRequest(Random random)
{
    private static readonly string[] Paths =
        [Say, "/asteri.rpc.tests.EchoService/Repeat", "/asteri.rpc.tests.EchoService/Join", "/asteri.rpc.tests.EchoService/Chat"];

    private static readonly int Kinds = Enum.GetValues<FuzzKind>().Length;

    private static readonly byte[] Bomb = Packed(new Word { Payload = ByteString.CopyFrom(new byte[1 << 20]) });

    private static readonly byte[] Nested = Nest(3_000);

    /// <summary>Writes the frames of one request; says what is wrong with it.</summary>
    public FuzzKind Write(IBufferWriter<byte> output, int stream)
    {
        var kind = (FuzzKind)random.Next(Kinds);
        // What waits for a deadline would make the run long; a few are enough.
        if (kind == FuzzKind.NeverEnds && random.Next(20) != 0) { kind = FuzzKind.BitFlips; }
        var headers = Headers(Pick(Paths), (GrpcNames.Timeout, kind == FuzzKind.NeverEnds ? "50m" : "20S"));
        byte[] body = Body(kind, headers);
        WriteHeaders(output, stream, headers);
        switch (kind)
        {
            case FuzzKind.OddPieces:
                WritePieces(output, stream, body);
                break;
            case FuzzKind.Reset:
                WriteData(output, stream, body.AsSpan(0, random.Next(body.Length)), end: false);
                WriteReset(output, stream, random.Next(20));
                break;
            default:
                WriteData(output, stream, body, end: kind != FuzzKind.NeverEnds);
                break;
        }

        return kind;
    }

    private byte[] Body(FuzzKind kind, List<(string Name, string Value)> headers)
    {
        byte[] right = Frame(RandomWord());
        switch (kind)
        {
            case FuzzKind.BitFlips:
                for (int flips = 1 + random.Next(8); flips > 0; flips--) { right[random.Next(right.Length)] ^= (byte)(1 << random.Next(8)); }
                return right;
            case FuzzKind.LyingLength:
                return Frame(right[5..], length: random.Next(3) switch
                {
                    0 => (uint)random.NextInt64(1L << 32),
                    1 => (uint)random.Next(right.Length),
                    _ => (uint)(right.Length + random.Next(1_000)),
                });
            case FuzzKind.CutFrame or FuzzKind.NeverEnds:
                return right[..random.Next(right.Length)];
            case FuzzKind.WrongFlag:
                right[0] = (byte)(1 + random.Next(255));
                return right;
            case FuzzKind.DeepNesting:
                return Frame(Nested);
            case FuzzKind.InvalidUtf8:
                return Frame([.. new Word { Count = 3 }.ToByteArray(), 0x0a, 3, .. Pick(BadText)]);
            case FuzzKind.RandomBytes:
                random.NextBytes(right);
                return right;
            case FuzzKind.MessageCount:
                return [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => right)];
            case FuzzKind.BrokenGzip or FuzzKind.GzipBomb:
                headers.Add((GrpcNames.Encoding, GrpcNames.Gzip));
                return kind == FuzzKind.GzipBomb ? Frame(Bomb, flag: 1) : BrokenGzip();
            default:
                SpoilHeaders(kind, headers);
                return right;
        }
    }

    private static byte[][] BadText { get; } = [[0xc3, 0x28, 0x61], [0xff, 0xfe, 0xfd], [0xed, 0xa0, 0x80], [0x61, 0xf0, 0x9f], [0xc0, 0x80, 0x20]];

    private byte[] BrokenGzip()
    {
        byte[] packed = Packed(RandomWord());
        if (random.Next(2) == 0) { return Frame(packed[..random.Next(packed.Length)], flag: 1); }
        for (int flips = 1 + random.Next(4); flips > 0; flips--) { packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8)); }
        return Frame(packed, flag: 1);
    }

    private void SpoilHeaders(FuzzKind kind, List<(string Name, string Value)> headers)
    {
        switch (kind)
        {
            case FuzzKind.BadTimeout:
                Replace(headers, GrpcNames.Timeout, random.Next(3) == 0 ? Pick(["0n", "1n", "99999999H", "1u"]) : RandomText(random.Next(12)));
                break;
            case FuzzKind.BadEncoding:
                headers.Add((GrpcNames.Encoding, Pick(["br", "deflate", "GZIP", "gzip,gzip", "identity", RandomText(5)])));
                break;
            case FuzzKind.BadMetadata:
                headers.Add((Pick(["x-echo", "x-echo-bin", "grpc-trace-bin", "authorization"]), RandomText(random.Next(200))));
                break;
            case FuzzKind.BadPath:
                string[] paths = ["", "a", "asteri.rpc.tests.EchoService", "asteri.rpc.tests.EchoService/", "/", "%2e%2e/%00", RandomText(30)];
                Replace(headers, ":path", "/" + Pick(paths).Replace(' ', '/'));
                break;
            case FuzzKind.BadContentType:
                string[] types = ["application/grpc+json", "text/plain", "application/grpcx", "application/grpc+", RandomText(20)];
                Replace(headers, "content-type", Pick(types));
                break;
        }
    }

    private void WritePieces(IBufferWriter<byte> output, int stream, byte[] body)
    {
        for (int at = 0; at < body.Length;)
        {
            int length = Math.Min(random.Next(12), body.Length - at);
            if (random.Next(4) == 0) { WriteFrame(output, FrameType.Data, Padded, stream, [3, .. body.AsSpan(at, length), 0, 0, 0]); }
            else { WriteData(output, stream, body.AsSpan(at, length), end: false); }
            at += length;
        }

        WriteData(output, stream, [], end: true);
    }

    private Word RandomWord()
    {
        byte[] payload = new byte[random.Next(random.Next(4) == 0 ? 1_500 : 40)];
        random.NextBytes(payload);
        return new()
        {
            Text = "žluť"[..random.Next(5)] + random.Next(),
            Payload = ByteString.CopyFrom(payload),
            Count = random.Next(-1, 4),
            Inner = new() { Text = "in" },
        };
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string RandomText(int length)
    {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) { text.Append(random.Next(20) == 0 ? 'ž' : (char)random.Next(0x20, 0x7f)); }
        return text.ToString();
    }

    private static void Replace(List<(string Name, string Value)> headers, string name, string value) =>
        headers[headers.FindIndex(h => h.Name == name)] = (name, value);

    private static byte[] Packed(Word word)
    {
        using var plain = new PooledBuffer();
        plain.Write(word.ToByteArray());
        using var packed = new PooledBuffer();
        Gzip.Compress(plain.Sequence, packed);
        return packed.Sequence.ToArray();
    }

    /// <summary>Messages in messages in messages: field 9, each time.</summary>
    private static byte[] Nest(int depth)
    {
        byte[] message = [];
        for (int i = 0; i < depth && message.Length < 12_000; i++)
        {
            using var wrapped = new MemoryStream();
            using (var coded = new CodedOutputStream(wrapped, leaveOpen: true))
            {
                coded.WriteTag(9, WireFormat.WireType.LengthDelimited);
                coded.WriteBytes(ByteString.CopyFrom(message));
            }

            message = wrapped.ToArray();
        }

        return message;
    }
}
