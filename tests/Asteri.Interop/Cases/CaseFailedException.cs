namespace Asteri.Interop.Cases;

/// <summary>The peer answered something else than the case asks for.</summary>
public sealed class CaseFailedException(string message) : Exception(message);
