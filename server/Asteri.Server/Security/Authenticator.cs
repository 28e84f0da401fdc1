using Asteri.Rpc.Calls;
using Asteri.V1;
using Google.Rpc;

namespace Asteri.Server.Security;

/// <summary>
/// Turns a credential into a principal: the one place where the node decides who somebody is and what he may, for calls and for routes.
/// </summary>
public sealed class Authenticator : IDisposable
{
    private const string Scheme = "Bearer ";

    private readonly KeyRing _keys;
    private readonly ILogger<Authenticator> _logger;
    private readonly PeerFailures _failures;
    private readonly Principal? _open;

    /// <param name="keys">The node's keys.</param>
    /// <param name="options">How often a peer may fail; the tenant of the open loopback.</param>
    /// <param name="openLoopback">True lets callers of this machine in without a key: only where the node listens on loopback alone and keys are not
    /// required.</param>
    /// <param name="logger">Failed attempts, without what was tried.</param>
    public Authenticator(KeyRing keys, SecurityOptions options, bool openLoopback, ILogger<Authenticator> logger)
    {
        (_keys, _logger, _failures) = (keys, logger, new(options.FailuresPerMinute));
        _open = openLoopback ? new(options.DefaultTenant, ScopeSet.All, NamePatterns.Every) : null;
    }

    /// <summary>Whether callers of this machine need no key.</summary>
    public bool IsLoopbackOpen => _open is not null;

    public void Dispose() => _failures.Dispose();

    /// <summary>Lets a caller in who may do what asks for this scope, or throws.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED, PERMISSION_DENIED, or RESOURCE_EXHAUSTED for a peer that fails too often.</exception>
    internal Principal Admit(in Caller caller, Scope scope)
    {
        if (scope == Scope.Public) { return Principal.Nobody; }
        var principal = Identify(caller);
        return principal.Holds(scope) ? principal : throw Denied(scope);
    }

    private Principal Identify(in Caller caller)
    {
        if (caller.Authorization is not { } credential)
        {
            return caller.IsLoopback && _open is not null
                ? _open
                : throw Unauthenticated("KEY_MISSING", "This needs a key: send it as 'authorization: Bearer ast_…'.");
        }

        if (!credential.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !KeyText.TryParse(credential.AsSpan(Scheme.Length).Trim(' '), out var key))
        {
            throw Failed(
                caller,
                "malformed",
                Unauthenticated(
                    "KEY_MALFORMED",
                    "The credential has not the form 'Bearer ast_<environment>_<id>_<secret>', or a character of it is mistyped."));
        }

        return _keys.Open(key)
            ?? throw Failed(caller, key.ToString(), Unauthenticated("KEY_REFUSED", "The key is not valid: unknown, wrong, expired or revoked."));
    }

    private RpcException Failed(in Caller caller, string what, RpcException answer)
    {
        if (!_failures.TryCount(caller.Peer, out var wait))
        {
            return RpcException.RetryAfter(
                RpcCode.ResourceExhausted,
                "Too many failed attempts from this address; check the key, then try again later.",
                wait,
                "TOO_MANY_FAILURES");
        }

        _logger.LogWarning("A credential was refused: {Credential}, from {Peer}", what, caller.Peer);
        return answer;
    }

    private static RpcException Unauthenticated(string reason, string message) =>
        new(RpcCode.Unauthenticated, message, new ErrorInfo { Reason = reason, Domain = "asteri" });

    private static RpcException Denied(Scope scope)
    {
        string name = scope.ToString().ToLowerInvariant();
        return new(
            RpcCode.PermissionDenied,
            $"The key does not hold the scope '{name}', which this asks for.",
            new ErrorInfo { Reason = "SCOPE_MISSING", Domain = "asteri", Metadata = { ["scope"] = name } });
    }
}
