using Asteri.Interop.Peers;

namespace Asteri.Interop.Tests.Rows;

/// <summary>A fact for which the Node peer must be installed; without it, it is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = StockPeers.Node.Missing;
}
