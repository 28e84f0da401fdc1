using Asteri.Interop.Peers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Asteri.Interop.Tests.Rows;

/// <summary>Makes a skipped test case of a row that cannot run here. xUnit 2 has no skip at run time.</summary>
public sealed class PairTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow)
    {
        var data = (PairDataAttribute)((ReflectionAttributeInfo)testMethod.Method.GetCustomAttributes(typeof(PairDataAttribute)).Single()).Attribute;
        var reason = data.WhyNot(StockPeers.Find((string)dataRow[0]), (string)dataRow[1]);
        return reason is null
            ? base.CreateTestCasesForDataRow(discoveryOptions, testMethod, theoryAttribute, dataRow)
            : CreateTestCasesForSkippedDataRow(discoveryOptions, testMethod, theoryAttribute, dataRow, reason);
    }
}
