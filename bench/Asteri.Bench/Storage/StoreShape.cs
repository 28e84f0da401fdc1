using Asteri.Engine.Storage;

namespace Asteri.Bench.Storage;

/// <summary>The settings that both sides share: those of a lane by default.</summary>
internal sealed record StoreShape(int PageBytes, int SegmentBytes, long ValueMemoryBytes, long IndexBytes)
{
    public static StoreShape Default { get; } = From(new StoreOptions { Directory = "" });

    public static StoreShape From(StoreOptions options) => new(options.PageBytes, options.SegmentBytes, options.ValueMemoryBytes, options.IndexBytes);
}
