namespace Asteri.Server.Security;

/// <summary>What a call or a request brings about who makes it.</summary>
/// <param name="Authorization">The header; null when there is none.</param>
/// <param name="Peer">Address and port.</param>
/// <param name="IsLoopback">By the socket's own word.</param>
internal readonly record struct Caller(string? Authorization, string Peer, bool IsLoopback);
