using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>The node's secret, under which keys are hashed and the audit chain is closed. Lies in a file of its own, beside the data it protects, readable by its owner alone.</summary>
public sealed class Pepper
{
    private Pepper()
    {
    }

    /// <summary>Reads the pepper, or makes it in a store that has no keys yet, and checks it against the store.</summary>
    /// <exception cref="SecurityException">Others can read the file; it is missing though the store has keys; it is not the one that the store's keys were hashed with.</exception>
    public static Task<Pepper> OpenAsync(Store store, string path, CancellationToken cancellation) => throw new NotSupportedException("to be written");
}
