namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>How an operation of the simulated disk fails.</summary>
public enum DiskFault
{
    /// <summary>EIO, nothing done. A failed sync loses writes for good.</summary>
    IoError,
    /// <summary>ENOSPC, nothing done.</summary>
    Full,
    /// <summary>EIO after the first half of the bytes.</summary>
    ShortWrite,
    /// <summary>The power goes: this operation and all later ones fail.</summary>
    PowerCut,
}
