namespace Asteri.Server.Security;

/// <summary>Turns a credential into a principal: the one place where the node decides who somebody is, for calls and for routes.</summary>
public sealed class Authenticator
{
    /// <param name="keys">The node's keys.</param>
    /// <param name="options">How often a peer may fail.</param>
    /// <param name="openLoopback">True lets callers of this machine in without a key: only where the node listens on loopback alone and keys are not required.</param>
    /// <param name="logger">Failed attempts, without what was tried.</param>
    public Authenticator(KeyRing keys, SecurityOptions options, bool openLoopback, ILogger<Authenticator> logger) => throw new NotSupportedException("to be written");
}
