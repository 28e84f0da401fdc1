using Asteri.Rpc.Calls;
using Asteri.Server.Admission;
using Asteri.Server.Security;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// What a stream asks before every message, and a single call is asked before its handler. Delegates, because both are made of the bound methods.
/// </summary>
/// <param name="Recheck">Whether the caller's key is still valid: <see cref="AuthenticationInterceptor.Recheck"/>.</param>
/// <param name="Enter">Room for one batch: <see cref="AdmissionControl.EnterAsync"/>.</param>
internal sealed record StreamGate(Action<ServerCall> Recheck, Func<ServerCall, ValueTask<AdmissionSlot>> Enter);
