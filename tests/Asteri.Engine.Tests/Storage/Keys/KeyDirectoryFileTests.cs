using Asteri.Compute.Memory;
using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Keys;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Tests.Storage.Keys;

public sealed class KeyDirectoryFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string FilePath => _directory["keys"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("short", 0)]
    [InlineData("short", 1)]
    [InlineData("short", 20_000)]
    [InlineData("paths", 20_000)]
    [InlineData("huge", 600)]
    [InlineData("nested", 1_500)]
    public void Load_WhatDumpWrote_TheSameAndChangeable(string shape, int count)
    {
        var random = new Random(21);
        var oracle = new SortedDictionary<byte[], ulong>(ByteOrder.Instance);
        Dump(KeyDirectoryTests.Filled(oracle, random, shape, count), seq: 99);

        var loaded = KeyDirectoryFile.Load(LinuxDisk.Instance, FilePath, out var seq);

        Assert.Equal(99ul, seq);
        KeyDirectoryTests.AssertSame(oracle, loaded, random, shape);
        for (var i = 1; i <= count; i++)
        {
            var key = KeyDirectoryTests.KeyOf(random, shape);
            if (i % 3 == 0)
                Assert.Equal(oracle.Remove(key), loaded.Remove(key));
            else
                Assert.Equal(!oracle.ContainsKey(key), loaded.Set(key, oracle[key] = (ulong)i));
        }

        KeyDirectoryTests.AssertSame(oracle, loaded, random, shape);
    }

    [Fact]
    public void Dump_Stamp_SizeAndChecksumOfTheFile()
    {
        var stamp = Dump(KeyDirectoryTests.Filled(new(ByteOrder.Instance), new Random(22), "paths", 5_000), seq: 1);
        var bytes = File.ReadAllBytes(FilePath);
        Assert.Equal(new FileStamp("keys", bytes.Length, Crc32C.Compute(bytes)), stamp);
    }

    [Fact]
    public void Load_AnyByteChanged_RefusedWithFileAndOffset()
    {
        Dump(KeyDirectoryTests.Filled(new(ByteOrder.Instance), new Random(23), "paths", 30_000), seq: 1);
        var bytes = File.ReadAllBytes(FilePath);
        var random = new Random(24);
        for (var i = 0; i < 150; i++)
        {
            var at = i < 40 ? i : random.Next(bytes.Length);
            var bit = (byte)(1 << random.Next(8));
            bytes[at] ^= bit;
            File.WriteAllBytes(FilePath, bytes);
            AssertRefused();
            bytes[at] ^= bit;
        }
    }

    [Fact]
    public void Load_FileCutOrLonger_Refused()
    {
        Dump(KeyDirectoryTests.Filled(new(ByteOrder.Instance), new Random(25), "paths", 10_000), seq: 1);
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var length in new[] { 0, 5, 8, 12, 16, 100, bytes.Length / 2, bytes.Length - 8, bytes.Length - 1 })
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            AssertRefused();
        }

        File.WriteAllBytes(FilePath, [.. bytes, 0]);
        AssertRefused();
    }

    [Fact]
    public void Load_FileMissing_RefusedByName() => AssertRefused();

    [Fact]
    public void Load_RightChecksumsButKeysOutOfOrder_Refused()
    {
        using (var writer = new BlockFileWriter(LinuxDisk.Instance, FilePath, KeyDirectoryFile.Magic))
        {
            BitConverter.TryWriteBytes(writer.Take(16)[8..], 2ul);
            byte[] leaf = [14 + 10, 0, 0, 0, /* keys */ 2, 0, 0, 0, 12, 0, 2, 0, 6, 0, 12, 0];
            leaf.CopyTo(writer.Take(leaf.Length));
            "bbbbbbaaaaaa"u8.CopyTo(writer.Take(12));
            writer.Take(16).Clear();
            writer.Finish("keys");
        }

        AssertRefused();
    }

    private void AssertRefused()
    {
        var error = Assert.Throws<StoreException>(() => KeyDirectoryFile.Load(LinuxDisk.Instance, FilePath, out _));
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }

    private FileStamp Dump(KeyDirectory directory, ulong seq)
    {
        File.Delete(FilePath);
        return KeyDirectoryFile.Dump(LinuxDisk.Instance, FilePath, "keys", directory.View, seq);
    }
}
