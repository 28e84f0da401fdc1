namespace Asteri.Engine.Storage.Disk;

/// <summary>What <see cref="IDisk.Open"/> expects to find.</summary>
internal enum DiskOpen
{
    /// <summary>The file must be there.</summary>
    Existing,
    /// <summary>The file must not be there; it is made, with mode 0600.</summary>
    New,
    /// <summary>Made when it is not there.</summary>
    Any,
}
