using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Tests.Storage.Disk;

/// <summary>What every <see cref="IDisk"/> promises; run on the machine's disk and on the simulated one.</summary>
public abstract class DiskContract
{
    private protected abstract IDisk Disk { get; }

    private protected abstract string Root { get; }

    [Fact]
    public void Open_ExistingButAbsent_FileNotFound() => Assert.Throws<FileNotFoundException>(() => Disk.Open(At("a"), DiskOpen.Existing));

    [Fact]
    public void Open_NewButThere_IOException()
    {
        Disk.Open(At("a"), DiskOpen.New).Dispose();
        Assert.Throws<IOException>(() => Disk.Open(At("a"), DiskOpen.New));
    }

    [Fact]
    public void Open_AnyTwice_TheSameBytes()
    {
        using (var file = Disk.Open(At("a"), DiskOpen.Any))
        {
            Assert.Equal(At("a"), file.Path);
            file.Write(0, "abc"u8);
        }

        using var again = Disk.Open(At("a"), DiskOpen.Any);
        Assert.Equal("abc"u8.ToArray(), ReadAll(again));
    }

    [Fact]
    public void Write_BehindTheEnd_ZerosBetween()
    {
        using var file = Disk.Open(At("a"), DiskOpen.New);
        file.Write(3, "x"u8);
        file.Sync();
        Assert.Equal([0, 0, 0, (byte)'x'], ReadAll(file));
    }

    [Fact]
    public void Read_AcrossTheEnd_OnlyWhatIsThere()
    {
        using var file = Disk.Open(At("a"), DiskOpen.New);
        file.Write(0, "abc"u8);
        var buffer = new byte[8];
        Assert.Equal(2, file.Read(1, buffer));
        Assert.Equal("bc"u8.ToArray(), buffer[..2]);
        Assert.Equal(0, file.Read(3, buffer));
        Assert.Equal(0, file.Read(100, buffer));
    }

    [Fact]
    public void Allocate_PastTheEnd_LongerAndZero()
    {
        using var file = Disk.Open(At("a"), DiskOpen.New);
        file.Write(0, "abc"u8);
        file.Allocate(4096);
        Assert.Equal(4096, file.Length);
        Assert.Equal([.. "abc"u8, .. new byte[4093]], ReadAll(file));
        file.Allocate(10);
        Assert.Equal(4096, file.Length);
    }

    [Fact]
    public void Rename_OverAnother_ReplacesIt()
    {
        WriteFile("a", "new"u8);
        WriteFile("b", "old"u8);
        Disk.Rename(At("a"), At("b"));
        Disk.SyncDirectory(Root);
        Assert.False(Disk.Exists(At("a")));
        using var file = Disk.Open(At("b"), DiskOpen.Existing);
        Assert.Equal("new"u8.ToArray(), ReadAll(file));
    }

    [Fact]
    public void Rename_Directory_TakesItsFilesAlong()
    {
        Disk.CreateDirectory(At("d"));
        WriteFile("d/a", "x"u8);
        Disk.Rename(At("d"), At("e"));
        Assert.Equal(["a"], Disk.List(At("e")));
        Assert.False(Disk.Exists(At("d")));
    }

    [Fact]
    public void List_FilesAndDirectories_OrdinalOrder()
    {
        foreach (var name in new[] { "b", "B", "a10", "a2" })
            WriteFile(name, "x"u8);
        Disk.CreateDirectory(At("a"));
        Assert.Equal(["B", "a", "a10", "a2", "b"], Disk.List(Root));
        Assert.Empty(Disk.List(At("a")));
    }

    [Fact]
    public void Delete_FileInUse_NameIsGoneAndTheHandleStillReads()
    {
        using var file = Disk.Open(At("a"), DiskOpen.New);
        file.Write(0, "abc"u8);
        Disk.Delete(At("a"));
        Assert.False(Disk.Exists(At("a")));
        Assert.Equal("abc"u8.ToArray(), ReadAll(file));
        Disk.Delete(At("a"));
    }

    [Fact]
    public void DeleteDirectory_WithContent_AllGone()
    {
        Disk.CreateDirectory(At("d/e"));
        WriteFile("d/e/a", "x"u8);
        Disk.DeleteDirectory(At("d"));
        Assert.False(Disk.Exists(At("d/e/a")));
        Assert.False(Disk.Exists(At("d")));
    }

    [Fact]
    public void CreateDirectory_Twice_StaysAsItIs()
    {
        Disk.CreateDirectory(At("d"));
        WriteFile("d/a", "x"u8);
        Disk.CreateDirectory(At("d"));
        Assert.Equal(["a"], Disk.List(At("d")));
    }

    [Fact]
    public void FreeBytes_OfTheRoot_Positive() => Assert.True(Disk.FreeBytes(Root) > 0);

    private protected string At(string name) => Path.Combine(Root, name);

    private protected void WriteFile(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = Disk.Open(At(name), DiskOpen.New);
        file.Write(0, bytes);
    }

    private protected static byte[] ReadAll(IDiskFile file)
    {
        var bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }
}
