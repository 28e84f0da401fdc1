using Asteri.Rpc.Calls;
using Asteri.Server.Security;

namespace Asteri.Server.Tests.Support;

/// <summary>A call as an interceptor meets it, without a wire.</summary>
internal sealed class FakeCall(RpcMethod method) : ServerCall
{
    public override RpcMethod Method => method;

    public override Metadata RequestHeaders { get; } = new();

    public override CancellationToken Cancellation => CancellationToken;

    public CancellationToken CancellationToken { get; init; }

    public override TimeSpan Remaining => RemainingNow();

    public Func<TimeSpan> RemainingNow { get; init; } = () => Timeout.InfiniteTimeSpan;

    public override string Peer => From;

    public string From { get; init; } = "192.0.2.1:40000";

    public override bool IsLoopback => Local;

    public bool Local { get; init; }

    public override string RequestId => "request-1";

    public FakeCall With(string header, string value)
    {
        RequestHeaders.Add(header, value);
        return this;
    }

    public FakeCall As(string tenant)
    {
        Principal = new Principal(tenant, ScopeSet.All, NamePatterns.Every);
        return this;
    }
}
