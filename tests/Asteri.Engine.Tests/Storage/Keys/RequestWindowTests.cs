using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Keys;

namespace Asteri.Engine.Tests.Storage.Keys;

public sealed class RequestWindowTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Remember_MoreThanTheCapacity_TheOldestAreForgotten()
    {
        var window = Filled(capacity: 100, requests: 250);
        Assert.Equal(100, window.Count);
        for (ulong i = 1; i <= 250; i++)
        {
            Assert.Equal(i > 150, window.TryGet(new RequestId(7, i), out var outcome));
            Assert.Equal(i > 150 ? Outcome(i) : default, outcome);
        }
    }

    [Fact]
    public void Remember_KnownId_KeepsItsPlace()
    {
        var window = Filled(capacity: 3, requests: 3);
        window.Remember(new RequestId(7, 1), Outcome(9));
        Assert.True(window.TryGet(new RequestId(7, 1), out var outcome) && outcome == Outcome(9));
        window.Remember(new RequestId(7, 4), Outcome(4));
        Assert.False(window.TryGet(new RequestId(7, 1), out _));
        Assert.True(window.TryGet(new RequestId(7, 2), out _));
    }

    [Fact]
    public void Remember_None_Nothing()
    {
        var window = new RequestWindow(10);
        window.Remember(default, Outcome(1));
        Assert.Equal(0, window.Count);
        Assert.False(window.TryGet(default, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30_000)]
    public void Load_WhatDumpWrote_TheSameInTheSameOrder(int requests)
    {
        var window = Filled(capacity: 20_000, requests);
        RequestWindow.Dump(LinuxDisk.Instance, _directory["requests"], "requests", window.ToArray(), seq: 5);
        var loaded = RequestWindow.Load(LinuxDisk.Instance, _directory["requests"], 20_000, out var seq);
        Assert.Equal(5ul, seq);
        Assert.Equal(window.ToArray(), loaded.ToArray());
        var smaller = RequestWindow.Load(LinuxDisk.Instance, _directory["requests"], 10, out _);
        Assert.Equal(window.ToArray().TakeLast(10), smaller.ToArray());
    }

    [Fact]
    public void Load_AnyByteChanged_Refused()
    {
        RequestWindow.Dump(LinuxDisk.Instance, _directory["requests"], "requests", Filled(100, 20).ToArray(), seq: 5);
        var bytes = File.ReadAllBytes(_directory["requests"]);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x10;
            File.WriteAllBytes(_directory["requests"], bytes);
            var error = Assert.Throws<StoreException>(() => RequestWindow.Load(LinuxDisk.Instance, _directory["requests"], 100, out _));
            Assert.Equal(StoreFault.Damaged, error.Fault);
            bytes[at] ^= 0x10;
        }
    }

    private static RequestWindow Filled(int capacity, int requests)
    {
        var window = new RequestWindow(capacity);
        for (ulong i = 1; i <= (ulong)requests; i++)
            window.Remember(new RequestId(7, i), Outcome(i));
        return window;
    }

    private static RequestOutcome Outcome(ulong i) => new(i * 10, (i * 10) + 5, (uint)i * 3);
}
