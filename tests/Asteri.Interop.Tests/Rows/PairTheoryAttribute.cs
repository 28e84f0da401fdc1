using Xunit.Sdk;

namespace Asteri.Interop.Tests.Rows;

/// <summary>
/// A theory whose rows are (peer, case) of <see cref="PairDataAttribute"/>. A row that cannot run here, because its peer is not installed or its
/// library cannot express the case, is skipped with that reason, each row for itself.
/// </summary>
[XunitTestCaseDiscoverer("Asteri.Interop.Tests.Rows.PairTheoryDiscoverer", "Asteri.Interop.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class PairTheoryAttribute : TheoryAttribute;
