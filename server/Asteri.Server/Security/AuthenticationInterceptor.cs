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
        if (policies.Of(call.Method) is not { } policy)
        {
            throw new RpcException(RpcCode.PermissionDenied, $"Nobody may call {call.Method}: it has no policy.");
        }

        call.RequestHeaders.TryGetText("authorization", out string? authorization);
        call.Principal = authenticator.Admit(new(authorization, call.Peer, call.IsLoopback), policy.Scope);
        return next();
    }
}
