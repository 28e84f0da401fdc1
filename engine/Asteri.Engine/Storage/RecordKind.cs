namespace Asteri.Engine.Storage;

/// <summary>What a space holds. The numbers are on disk: a test freezes them. Some are reserved for rooms that do not exist yet.</summary>
public enum RecordKind : byte
{
    /// <summary>Bytes of the store service.</summary>
    Bytes = 1,
    Document = 2,
    Profile = 3,
    /// <summary>Interactions: appended under the user's key.</summary>
    Signal = 4,
    Operation = 5,
    Audit = 6,
    /// <summary>Names, spaces, collections.</summary>
    Catalog = 7,
    /// <summary>API keys, as keyed hashes.</summary>
    Credential = 8,
}
