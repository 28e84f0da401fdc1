using Asteri.Interop.Peers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Asteri.Interop.Tests.Rows;

/// <summary>Makes a skipped test case of a row that cannot run here. xUnit 2 has no skip at run time.</summary>
public sealed class PeerTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow)
    {
        var reason = Limit(testMethod, dataRow) ?? StockPeers.Find((string)dataRow[0]).Missing;
        return reason is null
            ? base.CreateTestCasesForDataRow(discoveryOptions, testMethod, theoryAttribute, dataRow)
            : CreateTestCasesForSkippedDataRow(discoveryOptions, testMethod, theoryAttribute, dataRow, reason);
    }

    /// <summary>Why the peer's library cannot express the row's case; null when it can, or the row names none.</summary>
    private static string? Limit(ITestMethod testMethod, object[] row)
    {
        var pair = testMethod.Method.GetCustomAttributes(typeof(PairDataAttribute)).SingleOrDefault() as ReflectionAttributeInfo;
        return (pair?.Attribute as PairDataAttribute)?.LimitOf(StockPeers.Find((string)row[0]), (string)row[1]);
    }
}
