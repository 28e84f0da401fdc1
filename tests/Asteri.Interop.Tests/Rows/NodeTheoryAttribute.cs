using Asteri.Interop.Peers;

namespace Asteri.Interop.Tests.Rows;

/// <summary>A theory for which the Node peer must be installed; without it, it is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = StockPeers.Node.Missing;
}
