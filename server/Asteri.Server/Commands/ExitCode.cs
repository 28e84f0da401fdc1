namespace Asteri.Server.Commands;

/// <summary>How a command ends; scripts rely on the numbers.</summary>
internal enum ExitCode
{
    Ok = 0,
    Failed = 1,
    /// <summary>The command line, the configuration or a value in a request is wrong.</summary>
    Usage = 2,
    /// <summary>Some of it was done.</summary>
    Partial = 3,
    NotFound = 4,
    /// <summary>There is no node that answers, or it is not ready.</summary>
    Unavailable = 5,
    /// <summary>No key, a wrong key, or one that may not do this.</summary>
    Denied = 6,
}
