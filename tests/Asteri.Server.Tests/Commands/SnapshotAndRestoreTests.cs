using Asteri.Server.Commands;
using Asteri.Server.Tests.Hosting;
using Asteri.V1;

namespace Asteri.Server.Tests.Commands;

public sealed class SnapshotAndRestoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("asteri-snapshots-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CreateListRestore_TheCopy_HoldsWhatWasThereAndStarts()
    {
        string snapshot;
        await using (var node = await TestNode.StartAsync(In("data"), ("Storage:SnapshotDirectory", In("snapshots"))))
        {
            string[] server = ["--server", node.Node.GrpcAddress.ToString(), "-o", "jsonl"];
            for (int i = 0; i < 100; i++) { await node.PutAsync("s", $"k{i}", $"v{i}"); }
            var created = await CommandRun.RunAsync(["snapshot", "create", "--request-id", "once", .. server]);
            var again = await CommandRun.RunAsync(["snapshot", "create", "--request-id", "once", .. server]);
            await node.PutAsync("s", "k0", "later");
            var listed = await CommandRun.RunAsync(["snapshot", "list", .. server]);

            Assert.All([created, again, listed], run => Assert.Equal(ExitCode.Ok, run.Code));
            snapshot = (string)Assert.Single(created.Rows)["snapshot_id"]!;
            Assert.Equal(snapshot, (string)Assert.Single(again.Rows)["snapshot_id"]!);
            Assert.Equal(snapshot, (string)Assert.Single(listed.Rows)["snapshot_id"]!);
            Assert.True((long)listed.Rows[0]["bytes"]! > 1000);
            Assert.Contains("bytes", created.Error, StringComparison.Ordinal);
        }

        var restored = await CommandRun.RunAsync("restore", Path.Combine(In("snapshots"), snapshot), "--to", In("copy"));
        Assert.True(restored.Code == ExitCode.Ok, restored.Error);
        File.Copy(Path.Combine(In("data"), "pepper"), Path.Combine(In("copy"), "pepper"));

        await using var copy = await TestNode.StartAsync(In("copy"));
        for (int i = 0; i < 100; i++) { Assert.Equal($"v{i}", await copy.GetAsync("s", $"k{i}")); }
    }

    [Fact]
    public async Task Restore_AbsentSnapshot_IsNotFound() =>
        Assert.Equal(ExitCode.NotFound, (await CommandRun.RunAsync("restore", In("nothing"), "--to", In("copy"))).Code);

    [Fact]
    public async Task Restore_DamagedSnapshot_FailsAndLeavesNothing()
    {
        string snapshot = await SnapshotOfOneEntryAsync();
        string victim = Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).OrderByDescending(f => new FileInfo(f).Length).First();
        byte[] bytes = await File.ReadAllBytesAsync(victim);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(victim, bytes);

        var restored = await CommandRun.RunAsync("restore", snapshot, "--to", In("copy"));

        Assert.Equal(ExitCode.Failed, restored.Code);
        Assert.Contains(Path.GetFileName(victim), restored.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(In("copy"), "store")));
    }

    [Fact]
    public async Task Restore_OverAStore_IsRefused()
    {
        string snapshot = await SnapshotOfOneEntryAsync();

        var restored = await CommandRun.RunAsync("restore", snapshot, "--to", In("data"));

        Assert.NotEqual(ExitCode.Ok, restored.Code);
        await using var untouched = await TestNode.StartAsync(In("data"));
        Assert.Equal("v", await untouched.GetAsync("s", "k"));
    }

    [Fact]
    public async Task ListSnapshots_ForeignFiles_AreNone()
    {
        Directory.CreateDirectory(In("snapshots"));
        await File.WriteAllTextAsync(Path.Combine(In("snapshots"), "20260101-000000-aaaaaaaa.json"), "{}");
        await using var node = await TestNode.StartAsync(In("data"), ("Storage:SnapshotDirectory", In("snapshots")));

        Assert.Empty((await node.CallAsync<ListSnapshotsRequest, ListSnapshotsResponse>("ListSnapshots", new())).Snapshots);
    }

    /// <summary>The directory of a snapshot of a store, now closed, in "data".</summary>
    private async Task<string> SnapshotOfOneEntryAsync()
    {
        await using var node = await TestNode.StartAsync(In("data"), ("Storage:SnapshotDirectory", In("snapshots")));
        await node.PutAsync("s", "k", "v");
        var created = await CommandRun.RunAsync("snapshot", "create", "--server", node.Node.GrpcAddress.ToString(), "-o", "jsonl");
        return Path.Combine(In("snapshots"), (string)created.Rows[0]["snapshot_id"]!);
    }

    private string In(string name) => Path.Combine(_directory, name);
}
