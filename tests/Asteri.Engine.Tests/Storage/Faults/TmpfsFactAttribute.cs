namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>A test on a small file system of its own; skipped where this user may not mount one.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(TryMount);

    public TmpfsFactAttribute() => Skip = Missing.Value;

    private static string? TryMount()
    {
        try
        {
            using var mount = new TmpfsMount(1 << 20);
            return null;
        }
        catch (IOException error)
        {
            return $"no tmpfs can be mounted here: {error.Message}";
        }
    }
}
