namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>What the simulated disk was asked to do.</summary>
public enum DiskOperation
{
    Open,
    Read,
    Write,
    Sync,
    Allocate,
    Delete,
    Rename,
    CreateDirectory,
    DeleteDirectory,
    SyncDirectory,
    List,
}
