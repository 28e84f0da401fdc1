using System.Text;
using Asteri.Engine.Storage;

namespace Asteri.Engine.Tests.Storage;

/// <summary>A store in a directory of its own, small enough that pages, segments and checkpoints turn over within a test.</summary>
internal sealed class StoreRig : IAsyncDisposable
{
    public static readonly Space Things = new(RecordKind.Bytes, 1);

    private readonly TempDirectory _directory = new();

    private StoreRig(Func<StoreOptions, StoreOptions>? change)
    {
        var options = new StoreOptions
        {
            Directory = _directory["data"],
            Lanes = 1,
            MaxValueBytes = 16 << 10,
            MaxBatchBytes = 4 << 20,
            PageBytes = 64 << 10,
            SegmentBytes = 256 << 10,
            ValueMemoryBytes = 512 << 10,
            IndexBytes = 64 << 10,
            CheckpointLogBytes = long.MaxValue / 2,
            LogRetentionBytes = 0,
            MinFreeBytes = 0,
            ScrubBytesPerSecond = 0,
        };
        Options = change?.Invoke(options) ?? options;
    }

    public StoreOptions Options { get; }

    public Store Store { get; private set; } = null!;

    /// <summary>A path beside the store's directory.</summary>
    public string this[string name] => _directory[name];

    public static async Task<StoreRig> OpenAsync(Func<StoreOptions, StoreOptions>? change = null)
    {
        var rig = new StoreRig(change);
        rig.Store = await Store.OpenAsync(rig.Options);
        return rig;
    }

    /// <summary>A store on a disk whose operations can be made to fail.</summary>
    public static async Task<(StoreRig Rig, KnobDisk Disk)> OpenOnKnobsAsync(Func<StoreOptions, StoreOptions>? change = null)
    {
        var rig = new StoreRig(change);
        var disk = new KnobDisk();
        rig.Store = await Store.OpenAsync(rig.Options, disk, null, CancellationToken.None);
        return (rig, disk);
    }

    /// <summary>Opens what a killed process would have left at this moment; nothing may be going on meanwhile.</summary>
    public async Task<Store> OpenCrashImageAsync(string name, Action<string>? damage = null)
    {
        foreach (var directory in Directory.EnumerateDirectories(Options.Directory, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(this[name], Path.GetRelativePath(Options.Directory, directory)));
        foreach (var path in Directory.EnumerateFiles(Options.Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(this[name], Path.GetRelativePath(Options.Directory, path));
            if (Path.GetFileName(path) != "LOCK")
                File.Copy(path, copy);
        }

        damage?.Invoke(this[name]);
        return await Store.OpenAsync(Options with { Directory = this[name] });
    }

    public async Task ReopenAsync(Func<StoreOptions, StoreOptions>? change = null)
    {
        await Store.DisposeAsync();
        Store = await Store.OpenAsync(change?.Invoke(Options) ?? Options);
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public async Task<CommitToken> PutAsync(string key, string value, RequestId request = default) =>
        await Store.WriteAsync(Store.NewBatch(request).Put(Things, Bytes(key), Bytes(value)));

    public async Task<CommitToken> DeleteAsync(string key) => await Store.WriteAsync(Store.NewBatch().Delete(Things, Bytes(key)));

    public string? Get(string key) => Store.Read(Things, Bytes(key)) is { } found ? Encoding.UTF8.GetString(found.Bytes) : null;

    public string[] Keys(string prefix = "", string after = "") =>
        [.. Store.ScanKeys(Things, Bytes(prefix), Bytes(after)).Select(key => Encoding.UTF8.GetString(key.Key))];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
