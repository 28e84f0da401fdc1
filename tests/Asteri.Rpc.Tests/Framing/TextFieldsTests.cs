using System.Buffers;
using Asteri.Rpc.Framing;
using Asteri.Rpc.Tests.Echo;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Framing;

public sealed class TextFieldsTests
{
    [Fact]
    public void FindInvalid_OfMutatedMessages_FindsWhateverTheParserWouldReplace()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 100_000; round++)
        {
            var inner = new Word { Text = "😈", Inner = new() { Text = "ů" } };
            byte[] bytes = new Word { Text = "ž" + random.Next(), Count = random.Next(), Inner = inner }.ToByteArray();
            bool mutated = random.Next(4) != 0;
            for (int flips = mutated ? 1 + random.Next(4) : 0; flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            var invalid = TextFields.Of(Word.Descriptor).FindInvalid(Cut(bytes, random));
            refused += invalid is null ? 0 : 1;
            // The other way round does not hold: of a field that comes twice the parser keeps the last, and the first may be no text.
            Assert.True(invalid is not null || !HasReplaced(bytes), $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}");
            Assert.True(
                invalid is null || mutated,
                $"seed {seed}, round {round}: {Convert.ToHexString(bytes)} is right, but {invalid?.FullName} was refused");
        }

        Assert.InRange(refused, 1_000, 99_000);
    }

    [Fact]
    public void FindInvalid_OfTypesWithoutText_LooksAtNothing() =>
        Assert.Null(TextFields.Of(Google.Protobuf.WellKnownTypes.BytesValue.Descriptor).FindInvalid(new([0x0a, 0x01, 0xff])));

    [Fact]
    public void FindInvalid_InAMap_NamesTheField()
    {
        byte[] bytes = [0x1a, 0x06, 0x0a, 0x01, (byte)'k', 0x12, 0x01, 0xff]; // ErrorInfo.metadata["k"]
        Assert.Equal("google.rpc.ErrorInfo.MetadataEntry.value", TextFields.Of(Google.Rpc.ErrorInfo.Descriptor).FindInvalid(new(bytes))!.FullName);
    }

    /// <summary>The oracle: did the parser take the bytes, and put a U+FFFD where none was sent?</summary>
    private static bool HasReplaced(byte[] bytes)
    {
        try
        {
            return Texts(Word.Parser.ParseFrom(bytes)).Any(text => text.Contains('\uFFFD', StringComparison.Ordinal));
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Texts(Word? word)
    {
        for (; word is not null; word = word.Inner)
        {
            yield return word.Text;
            if (word.Refusal is not { } refusal) { continue; }
            yield return refusal.Message;
            yield return refusal.Field;
        }
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, Random random)
    {
        if (random.Next(2) == 0) { return new(bytes); }
        var pipe = new System.IO.Pipelines.Pipe(new(minimumSegmentSize: 1, pool: new TinyPool()));
        foreach (byte b in bytes)
        {
            pipe.Writer.GetSpan(1)[0] = b;
            pipe.Writer.Advance(1);
        }

        pipe.Writer.Complete();
        pipe.Reader.TryRead(out var read);
        return read.Buffer;
    }

    private sealed class TinyPool : MemoryPool<byte>
    {
        public override int MaxBufferSize => 3;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Tiny();

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Tiny : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[3];

            public void Dispose()
            {
            }
        }
    }
}
