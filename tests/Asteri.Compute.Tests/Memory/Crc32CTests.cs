using System.Text;
using Asteri.Compute.Memory;

namespace Asteri.Compute.Tests.Memory;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Compute_KnownText_KnownChecksum(string text, uint expected) => Assert.Equal(expected, Crc32C.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Compute_ExamplesOfRfc3720_TheirChecksums()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
    }

    [Fact]
    public void Compute_EveryLengthAndAlignmentAroundTheStreams_EqualsTheOracle()
    {
        var bytes = RandomBytes(seed: 1, 40_000);
        int[] around = [0, 64, 768, 1536, 12_288, 13_056, 24_576, 36_864];
        foreach (var middle in around)
        {
            for (var length = Math.Max(0, middle - 17); length <= middle + 17; length++)
            {
                var slice = bytes.AsSpan(length % 9, length);
                Assert.Equal(Oracle(slice), Crc32C.Compute(slice));
            }
        }
    }

    [Fact]
    public void Append_AnySplit_EqualsTheWhole()
    {
        var bytes = RandomBytes(seed: 2, 20_000);
        var random = new Random(3);
        var whole = Oracle(bytes);
        for (var i = 0; i < 200; i++)
        {
            var split = random.Next(bytes.Length + 1);
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, split)), bytes.AsSpan(split)));
        }
    }

    [Fact]
    public void Compute_OneBitFlipped_AnotherChecksum()
    {
        var bytes = RandomBytes(seed: 4, 14_000);
        var before = Crc32C.Compute(bytes);
        for (var bit = 0; bit < bytes.Length * 8; bit += 97)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(before, Crc32C.Compute(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>The definition, bit by bit.</summary>
    private static uint Oracle(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
