using Asteri.Engine.Storage;
using Asteri.Engine.Storage.Records;
using Asteri.Engine.Storage.Snapshots;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>Snapshots whose list was forged, checksum and all: refused by name, with nothing written anywhere.</summary>
public sealed class HostileSnapshotTests : IAsyncLifetime
{
    private StoreRig _rig = null!;
    private byte[] _list = [];

    private string ListPath => Path.Combine(_rig["snapshot"], SnapshotManifest.FileName);

    public async Task InitializeAsync()
    {
        _rig = await StoreRig.OpenAsync();
        for (var i = 0; i < 40; i++)
            await _rig.PutAsync($"{i}", new string('x', 3000));
        await _rig.Store.SnapshotAsync(_rig["snapshot"]);
        _list = await File.ReadAllBytesAsync(ListPath);
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("../escaped")]
    [InlineData("lane-000.log.../../../escaped")]
    [InlineData("lane-000.log.segment.0/../../../escaped")]
    [InlineData("/escaped")]
    [InlineData("lane-000.checkpoint.../escaped")]
    [InlineData("lane-000.checkpoint.")]
    [InlineData("lane-001.log.segment.0")]
    [InlineData("lane-000.log.segment.-1")]
    [InlineData("lane-000.log.segment.00")]
    [InlineData("lane-000.log.segment.0\0")]
    [InlineData("LANE-000.log.segment.0")]
    [InlineData("SNAPSHOT")]
    [InlineData("")]
    public async Task Restore_NameThatNoSnapshotHas_Refused(string name)
    {
        await ForgeAsync(files => [.. files, new FileStamp(name, 0, 0)]);
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Restore_FileListedTwice_Refused()
    {
        await ForgeAsync(files => [.. files, files[0]]);
        Assert.Contains("twice", await AssertRefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_FileNotListed_Refused()
    {
        await ForgeAsync(files => files[1..]);
        Assert.Contains("not listed", await AssertRefusedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1L << 50)]
    [InlineData(0)]
    public async Task Restore_WrongSize_RefusedBeforeSpaceIsTaken(long bytes)
    {
        await ForgeAsync(files => [files[0] with { Bytes = bytes }, .. files[1..]]);
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Restore_WrongChecksum_RefusedAndNothingIsLeft()
    {
        await ForgeAsync(files => [.. files[..^1], files[^1] with { Crc = files[^1].Crc ^ 1 }]);
        Assert.Contains("checksum", await AssertRefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_DirectoryInAFilesPlace_Refused()
    {
        var path = Directory.EnumerateFiles(_rig["snapshot"], "lane-*").First();
        File.Delete(path);
        Directory.CreateDirectory(path);
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Restore_CountsThatLie_RefusedQuickly()
    {
        // The count of files stands behind the lane's end; each place in turn claims four thousand million.
        for (var at = 8; at + 4 < _list.Length; at += 4)
        {
            var forged = (byte[])_list.Clone();
            forged.AsSpan(at, 4).Fill(0xFF);
            BitConverter.TryWriteBytes(forged, Compute.Memory.Crc32C.Compute(forged.AsSpan(4)));
            Assert.Equal(forged.AsSpan().SequenceEqual(_list), SnapshotManifest.TryParse(forged, out var parsed, out _) && IsSame(parsed));
        }

        bool IsSame(SnapshotManifest parsed) => parsed.ToBytes().AsSpan().SequenceEqual(_list);
    }

    private async Task ForgeAsync(Func<FileStamp[], FileStamp[]> change)
    {
        Assert.True(SnapshotManifest.TryParse(_list, out var manifest, out _));
        var lanes = manifest.Lanes.Select(lane => lane with { Files = change([.. lane.Files]) });
        await File.WriteAllBytesAsync(ListPath, (manifest with { Lanes = [.. lanes] }).ToBytes());
    }

    private async Task<string> AssertRefusedAsync()
    {
        var before = Everything();
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.RestoreAsync(_rig["snapshot"], _rig["restored"]));
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Equal(before, Everything());
        return error.Message;
    }

    private string[] Everything()
    {
        var root = Path.GetDirectoryName(_rig["snapshot"])!;
        return [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }
}
