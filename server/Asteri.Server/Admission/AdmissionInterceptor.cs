using Asteri.Rpc.Calls;
using Asteri.Server.Security;

namespace Asteri.Server.Admission;

/// <summary>Stands behind authentication and before the handler: lets a call in when there is room in the share that its policy names.</summary>
public sealed class AdmissionInterceptor(AdmissionControl admission, MethodPolicies policies)
{
    private readonly AdmissionControl _admission = admission;
    private readonly MethodPolicies _policies = policies;

    /// <summary>An <see cref="Asteri.Rpc.Services.RpcInterceptor"/>.</summary>
    public ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next) => throw new NotSupportedException($"to be written {_admission} {_policies}");
}
