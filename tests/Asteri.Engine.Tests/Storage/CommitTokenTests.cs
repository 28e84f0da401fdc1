using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage;

public sealed class CommitTokenTests
{
    [Fact]
    public void TryParse_WhatToBytesMade_TheSame()
    {
        const int seed = 1;
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var seqs = Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(4096)).Distinct()
                .ToDictionary(lane => lane, _ => (ulong)random.NextInt64() >> random.Next(64));
            var bytes = new CommitToken(seqs).ToBytes();
            Assert.True(CommitToken.TryParse(bytes, out var token));
            Assert.Equal(seqs.OrderBy(pair => pair.Key), token.Seqs.OrderBy(pair => pair.Key));
            Assert.Equal(bytes, token.ToBytes());
        }
    }

    [Fact]
    public void ToBytes_LargestSeq_ComesBack()
    {
        Assert.True(CommitToken.TryParse(new CommitToken(new Dictionary<int, ulong> { [4095] = ulong.MaxValue }).ToBytes(), out var token));
        Assert.Equal(ulong.MaxValue, token.Seqs[4095]);
    }

    [Fact]
    public void ToBytes_OneLane_Compact() => Assert.True(new CommitToken(new Dictionary<int, ulong> { [3] = 1_000_000 }).ToBytes().Length <= 9);

    [Fact]
    public void TryParse_ChangedOrRandomBytes_FalseAndNeverThrows()
    {
        const int seed = 2;
        var random = new Random(seed);
        var token = new CommitToken(new Dictionary<int, ulong> { [0] = 12, [1] = 99_999, [9] = 1ul << 60 }).ToBytes();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])token.Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(CommitToken.TryParse(bytes, out _));
            Assert.False(CommitToken.TryParse(token.AsSpan(0, random.Next(token.Length)), out _));
            random.NextBytes(bytes);
            Assert.False(CommitToken.TryParse(bytes, out _));
        }
    }
}
