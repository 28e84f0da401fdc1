namespace Asteri.Engine.Storage;

/// <summary>Why the store did not do what was asked.</summary>
public enum StoreFault
{
    /// <summary>The caller's mistake: what, value, limit and remedy are in the message.</summary>
    Invalid,
    /// <summary>A request id came again with other operations.</summary>
    RequestIdReused,
    /// <summary>Free space is under the watermark; writes are refused until there is more. Nothing was written.</summary>
    OutOfSpace,
    /// <summary>An I/O error poisoned the lane: reads go on, writes are refused until it is reopened. Whether this write survives is open.</summary>
    ReadOnly,
    /// <summary>Bytes on disk are not what was written. The message names lane, file and offset.</summary>
    Damaged,
    /// <summary>The log no longer reaches back to the seq asked for.</summary>
    LogTruncated,
    /// <summary>The queue of the lane is full; nothing was written.</summary>
    Overloaded,
    /// <summary>The store is closing or closed.</summary>
    Closed,
}
