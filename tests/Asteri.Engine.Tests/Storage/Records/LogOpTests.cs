using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Records;

public sealed class LogOpTests
{
    private static readonly Space Space = new(RecordKind.Bytes, 9);

    [Fact]
    public void TryRead_WhatWriteMade_TheSame()
    {
        var bytes = new byte[100];
        new LogOp(LogOpCode.Put, Space, "key"u8, "value"u8).Write(bytes);
        Assert.True(LogOp.TryRead(bytes, out var op));
        Assert.Equal((LogOpCode.Put, Space, 20), (op.Code, op.Space, op.ByteSize));
        Assert.True(op.Key.SequenceEqual("key"u8) && op.Value.SequenceEqual("value"u8));
    }

    [Fact]
    public void TryRead_RandomBytes_NeverBeyondTheSpan()
    {
        const int seed = 1;
        var random = new Random(seed);
        var bytes = new byte[64];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(5);
            bytes[7] = 0;
            bytes.AsSpan(9, 3).Clear();
            var length = random.Next(bytes.Length + 1);
            if (LogOp.TryRead(bytes.AsSpan(0, length), out var op))
                Assert.InRange(op.ByteSize, LogOp.HeaderBytes + 1, length);
        }
    }

    [Fact]
    public void WriteFullKey_PutAndAppend_OrderedAndRecognised()
    {
        Span<byte> key = stackalloc byte[64];
        var put = new LogOp(LogOpCode.Put, Space, "k"u8, default);
        Assert.Equal(put.FullKeyBytes, put.WriteFullKey(key, seq: 3));
        Assert.Equal(Space, FullKey.SpaceOf(key));
        Assert.True(FullKey.KeyOf(key[..put.FullKeyBytes]).SequenceEqual("k"u8));
        var append = new LogOp(LogOpCode.Append, Space, "k"u8, default);
        Assert.Equal(append.FullKeyBytes, append.WriteFullKey(key, seq: 258));
        Assert.Equal([(byte)'k', 0, 0, 0, 0, 0, 0, 1, 2], FullKey.KeyOf(key[..append.FullKeyBytes]).ToArray());
    }

    [Fact]
    public void LogOpCode_OnDisk_Frozen()
    {
        Assert.Equal([1, 2, 3], Enum.GetValues<LogOpCode>().Select(code => (int)code));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Enum.GetValues<RecordKind>().Select(kind => (int)kind));
    }
}
