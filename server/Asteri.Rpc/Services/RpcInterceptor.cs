using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Services;

/// <summary>
/// Runs around every call, before its request is read: authentication, telemetry, admission. Throws <see cref="RpcException"/> to refuse, and
/// calls <paramref name="next"/> once to go on; <paramref name="next"/> ends when the reply, streams included, has been written.
/// </summary>
public delegate ValueTask RpcInterceptor(ServerCall call, Func<ValueTask> next);
