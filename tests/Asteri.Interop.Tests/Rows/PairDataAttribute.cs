using System.Reflection;
using Asteri.Interop.Cases;
using Asteri.Interop.Peers;
using Xunit.Sdk;

namespace Asteri.Interop.Tests.Rows;

/// <summary>Which side of a pair is the stock one.</summary>
public enum Stock
{
    Client,
    Server,
}

/// <summary>All stock peers in one role, times the cases of that role.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PairDataAttribute(Stock role) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from peer in StockPeers.All
        from test in role == Stock.Client ? InteropCase.Common : InteropCase.Common.Union(peer.ServedCases)
        select new object[] { peer.Name, test.Name };

    /// <summary>Why the peer's library cannot express this case in this role; null when it can.</summary>
    public string? LimitOf(Peer peer, string test) =>
        (role == Stock.Client ? peer.ClientLimits : peer.ServerLimits).GetValueOrDefault(test);
}
