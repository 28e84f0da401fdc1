using Asteri.Engine.Storage;

namespace Asteri.Server.Tests.Support;

/// <summary>A store of two small lanes in a directory of its own.</summary>
internal sealed class SmallStore : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("asteri-store-");

    private SmallStore()
    {
    }

    public Store Store { get; private set; } = null!;

    /// <summary>The directory around the store's own.</summary>
    public string DirectoryPath => _directory.FullName;

    public string PepperPath => Path.Combine(DirectoryPath, "pepper");

    public static async Task<SmallStore> OpenAsync()
    {
        var small = new SmallStore();
        small.Store = await Store.OpenAsync(small.Options);
        return small;
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await Store.OpenAsync(Options);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private StoreOptions Options => new()
    {
        Directory = Path.Combine(DirectoryPath, "store"),
        Lanes = 2,
        MaxValueBytes = 16 << 10,
        MaxBatchBytes = 4 << 20,
        PageBytes = 64 << 10,
        SegmentBytes = 256 << 10,
        ValueMemoryBytes = 512 << 10,
        IndexBytes = 64 << 10,
        MinFreeBytes = 0,
        ScrubBytesPerSecond = 0,
    };
}
