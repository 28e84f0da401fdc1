namespace Asteri.Server.Security;

/// <summary>The node must not start as it stands: what was found, and what to do about it.</summary>
public sealed class SecurityException(string message, Exception? inner = null) : Exception(message, inner);
