using Asteri.Rpc.Calls;

namespace Asteri.Server.Admission;

/// <summary>
/// Stands behind authentication and before the handler: lets a call in when there is room in the share that its policy names. A call with one request
/// and one response holds its room to its end. A stream is only counted: it may be idle for hours, and its handler enters for every batch.
/// </summary>
public sealed class AdmissionInterceptor(AdmissionControl admission)
{
    /// <summary>An <see cref="Asteri.Rpc.Services.RpcInterceptor"/>.</summary>
    public async ValueTask InterceptAsync(ServerCall call, Func<ValueTask> next)
    {
        var method = call.Method.Descriptor;
        using var slot = method.IsClientStreaming || method.IsServerStreaming ? admission.OpenStream(call) : await admission.EnterAsync(call);
        await next();
        slot.Succeed();
    }
}
