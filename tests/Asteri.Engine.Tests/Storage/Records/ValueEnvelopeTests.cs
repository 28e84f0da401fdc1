using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Records;

public sealed class ValueEnvelopeTests
{
    [Fact]
    public void TryOpen_WhatWriteMade_TheSame()
    {
        var envelope = Envelope("key"u8, 77, "value"u8);
        Assert.True(ValueEnvelope.TryOpen(envelope, "key"u8, out var seq, out var value));
        Assert.Equal(77ul, seq);
        Assert.True(value.SequenceEqual("value"u8));
    }

    [Fact]
    public void TryOpen_EmptyValue_Empty()
    {
        Assert.True(ValueEnvelope.TryOpen(Envelope("key"u8, 1, default), "key"u8, out _, out var value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void TryOpen_AnotherKey_False() => Assert.False(ValueEnvelope.TryOpen(Envelope("key"u8, 77, "value"u8), "kex"u8, out _, out _));

    [Fact]
    public void TryOpen_BitFlippedOrCut_False()
    {
        var envelope = Envelope("key"u8, 77, "value"u8);
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ValueEnvelope.TryOpen(envelope, "key"u8, out _, out _));
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < envelope.Length; length++)
            Assert.False(ValueEnvelope.TryOpen(envelope.AsSpan(0, length), "key"u8, out _, out _));
    }

    [Fact]
    public void Write_FixedValue_FrozenBytes() =>
        Assert.Equal("C755908C" + "01000000" + "4D00000000000000" + "76616C7565", Convert.ToHexString(Envelope("key"u8, 77, "value"u8)));

    private static byte[] Envelope(ReadOnlySpan<byte> key, ulong seq, ReadOnlySpan<byte> value)
    {
        var envelope = new byte[ValueEnvelope.HeaderBytes + value.Length];
        ValueEnvelope.Write(envelope, key, seq, value);
        return envelope;
    }
}
