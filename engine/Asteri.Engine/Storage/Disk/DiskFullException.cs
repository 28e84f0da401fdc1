namespace Asteri.Engine.Storage.Disk;

/// <summary>There is no space for the bytes (ENOSPC, EDQUOT).</summary>
internal sealed class DiskFullException(string message, Exception? inner = null) : IOException(message, inner);
