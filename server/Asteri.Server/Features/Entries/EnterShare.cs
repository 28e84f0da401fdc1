using Asteri.Rpc.Calls;
using Asteri.Server.Admission;

namespace Asteri.Server.Features.Entries;

/// <summary>
/// Takes room for one batch of a stream: <see cref="AdmissionControl.EnterAsync"/>. A delegate, because admission control is made of the bound
/// methods' policies.
/// </summary>
internal delegate ValueTask<AdmissionSlot> EnterShare(ServerCall call);
