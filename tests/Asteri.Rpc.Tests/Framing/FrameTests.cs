using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Framing;

/// <summary>Frames: what is written is read back, however the bytes are cut; what is wrong is refused with a precise status.</summary>
public sealed class FrameTests
{
    [Fact]
    public async Task Messages_CutAnywhere_ComeBack()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            Word[] words = [.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomWord(random))];
            byte[] bytes = Written(words, compress: random.Next(2) == 0);
            var reader = new FrameReader(Pieces(bytes, random), GrpcNames.Gzip, int.MaxValue, FrameFaults.OfCaller);
            foreach (var word in words) { Assert.True(word.Equals(await reader.ReadAsync<Word>(default)), $"seed {seed}, round {round}"); }
            Assert.Null(await reader.ReadAsync<Word>(default));
            Assert.Null(await reader.ReadAsync<Word>(default));
        }
    }

    [Fact]
    public async Task Stream_CutInsideAMessage_IsRefusedAtEveryPosition()
    {
        byte[] bytes = Written([new Word { Text = "some text" }], compress: false);
        for (int cut = 1; cut < bytes.Length; cut++) { await AssertRefusedAsync(bytes[..cut], RpcCode.InvalidArgument, "The stream ended"); }
    }

    [Fact]
    public async Task Gzip_CutOrChangedAnywhere_IsNeverReadAsSomethingElse()
    {
        var word = new Word { Text = string.Concat(Enumerable.Range(0, 60)) };
        byte[] bytes = Written([word], compress: true);
        for (int at = FrameReader.HeaderBytes; at < bytes.Length; at++)
        {
            byte[] cut = bytes[..at];
            BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(1), at - FrameReader.HeaderBytes);
            await AssertRefusedAsync(cut, RpcCode.InvalidArgument, "gzip");
            byte[] changed = [.. bytes];
            changed[at] ^= 0x10;
            await AssertReadOrRefusedAsync(changed, word);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x80)]
    [InlineData(0xff)]
    public Task Flag_ThatNobodyKnows_IsRefused(byte flag) => AssertRefusedAsync([flag, 0, 0, 0, 0], RpcCode.InvalidArgument, $"flag byte {flag}");

    [Fact]
    public Task Flag_WithoutEncoding_IsInternalByTheSpecification() =>
        AssertRefusedAsync([1, 0, 0, 0, 0], RpcCode.Internal, "compressed flag", encoding: null);

    [Fact]
    public Task Encoding_ThatNobodyKnows_IsUnimplementedAndNamesOurs() =>
        AssertRefusedAsync([1, 0, 0, 0, 0], RpcCode.Unimplemented, "identity,gzip", encoding: "br");

    [Theory]
    [InlineData(1_001u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    public async Task Length_AboveTheLimit_IsRefusedByTheHeaderAlone(uint length)
    {
        byte[] header = new byte[FrameReader.HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), length);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(header); // and the stream stays open
        var reader = new FrameReader(pipe.Reader, null, 1_000, FrameFaults.OfCaller);
        var refused = Assert.Throws<RpcException>(() => reader.TryRead<Word>(out _));
        Assert.Equal(RpcCode.ResourceExhausted, refused.Status.Code);
        Assert.Contains("1,000", refused.Status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0a02c328")] // text: bytes that are no UTF-8
    [InlineData("4a044a020ac3")] // inner.inner.text is cut inside a character: no UTF-8, and no message either
    [InlineData("4a054a030a01c3")] // inner.inner.text: half a character
    [InlineData("0aff01")] // a field longer than its message
    [InlineData("07")] // no such wire type
    [InlineData("00")] // field number 0
    public async Task Message_ThatIsNone_IsRefusedByName(string hex)
    {
        byte[] message = Convert.FromHexString(hex);
        await AssertRefusedAsync([0, 0, 0, 0, (byte)message.Length, .. message], RpcCode.InvalidArgument, "asteri.rpc.tests.Word");
    }

    private static async Task AssertRefusedAsync(byte[] bytes, RpcCode code, string why, string? encoding = GrpcNames.Gzip)
    {
        var reader = new FrameReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), encoding, int.MaxValue, FrameFaults.OfCaller);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await reader.ReadAsync<Word>(default));
        Assert.Equal(code, refused.Status.Code);
        Assert.Contains(why, refused.Status.Message, StringComparison.Ordinal);
    }

    private static async Task AssertReadOrRefusedAsync(byte[] bytes, Word expected)
    {
        var reader = new FrameReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), GrpcNames.Gzip, int.MaxValue, FrameFaults.OfCaller);
        try
        {
            Assert.Equal(expected, await reader.ReadAsync<Word>(default)); // a changed time stamp in gzip's header, say
        }
        catch (RpcException refused)
        {
            Assert.Equal(RpcCode.InvalidArgument, refused.Status.Code);
        }
    }

    private static byte[] Written(Word[] words, bool compress)
    {
        using var buffer = new PooledBuffer();
        foreach (var word in words) { FrameWriter.Write(buffer, word, int.MaxValue, compress); }
        return buffer.Sequence.ToArray();
    }

    private static PipeReader Pieces(byte[] bytes, Random random)
    {
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 4_000));
            pipe.Writer.Write(bytes.AsSpan(at, length));
            at += length;
        }

        pipe.Writer.Complete();
        return pipe.Reader;
    }

    private static Word RandomWord(Random random)
    {
        byte[] payload = new byte[random.Next(3) * random.Next(10_000)];
        random.NextBytes(payload);
        return new() { Text = new string('y', random.Next(50)), Count = random.Next(), Payload = ByteString.CopyFrom(payload) };
    }
}
