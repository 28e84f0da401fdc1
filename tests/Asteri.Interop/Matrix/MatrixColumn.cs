using Asteri.Interop.Cases;

namespace Asteri.Interop.Matrix;

/// <summary>One pair of a client and a server, and how its cases ended.</summary>
/// <param name="Client">Who called.</param>
/// <param name="Server">Who served.</param>
/// <param name="Results">By case; the cases that were run.</param>
/// <param name="Limits">By case; the cases that one side cannot express, with the reason.</param>
public sealed record MatrixColumn(
    string Client, string Server, IReadOnlyDictionary<string, CaseResult> Results, IReadOnlyDictionary<string, string> Limits)
{
    public override string ToString() => $"{Client} → {Server}";
}
