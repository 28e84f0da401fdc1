using Xunit.Sdk;

namespace Asteri.Interop.Tests.Rows;

/// <summary>
/// A theory whose rows begin with a peer and may go on with a case. A row that cannot run here, because its peer is not installed or its library
/// cannot express the case, is skipped with that reason, each row for itself.
/// </summary>
[XunitTestCaseDiscoverer("Asteri.Interop.Tests.Rows.PeerTheoryDiscoverer", "Asteri.Interop.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute;
