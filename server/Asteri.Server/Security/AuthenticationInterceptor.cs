using Asteri.Rpc.Calls;

namespace Asteri.Server.Security;

/// <summary>
/// Stands before every handler: finds out who calls, and whether the method's policy lets them. Without a valid key UNAUTHENTICATED, without the
/// scope PERMISSION_DENIED; neither says whether a key of that id exists.
/// </summary>
public sealed class AuthenticationInterceptor(Authenticator authenticator, MethodPolicies policies)
{
    /// <summary>An <see cref="Asteri.Rpc.Services.RpcInterceptor"/>.</summary>
    public ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next)
    {
        call.Principal = Admit(call);
        return next();
    }

    /// <summary>
    /// Asks again, for a stream that has been open for a while: a key that was revoked or has expired ends its streams before their next message.
    /// </summary>
    /// <exception cref="RpcException">As for a new call.</exception>
    public void Recheck(ServerCall call) => Admit(call);

    private Principal Admit(ServerCall call)
    {
        if (policies.Of(call.Method) is not { } policy)
        {
            throw new RpcException(RpcCode.PermissionDenied, $"Nobody may call {call.Method}: it has no policy.");
        }

        call.RequestHeaders.TryGetText("authorization", out string? authorization);
        return authenticator.Admit(new(authorization, call.Peer, call.IsLoopback), policy.Scope);
    }
}
