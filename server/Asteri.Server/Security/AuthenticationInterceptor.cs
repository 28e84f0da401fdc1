using Asteri.Rpc.Calls;

namespace Asteri.Server.Security;

/// <summary>
/// Stands before every handler: finds out who calls, and whether the method's policy lets them. Without a valid key UNAUTHENTICATED, without the scope PERMISSION_DENIED;
/// neither says whether a key of that id exists.
/// </summary>
public sealed class AuthenticationInterceptor(Authenticator authenticator, MethodPolicies policies)
{
    private readonly Authenticator _authenticator = authenticator;
    private readonly MethodPolicies _policies = policies;

    /// <summary>An <see cref="Asteri.Rpc.Services.RpcInterceptor"/>.</summary>
    public ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next) => throw new NotSupportedException($"to be written {_authenticator} {_policies}");
}
