using Asteri.Rules.Tests.Source;
using Asteri.V1;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Asteri.Rules.Tests.Frozen;

public sealed class RpcContractTests
{
    private static readonly FileDescriptor[] Files = [StoreReflection.Descriptor, AdminReflection.Descriptor];

    private static IEnumerable<MethodDescriptor> Methods => Files.SelectMany(f => f.Services).SelectMany(s => s.Methods);

    [Fact]
    public void Files_AreAllOfOurServices()
    {
        var withServices = Repository.Files("*.proto")
            .Where(p => p.Contains("/asteri/v1/", StringComparison.Ordinal) && Repository.Read(p).Contains("\nservice ", StringComparison.Ordinal))
            .Select(p => "asteri/v1/" + Path.GetFileName(p));

        Assert.Equal(withServices.Order(StringComparer.Ordinal), Files.Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryRpc_HasAJsonRoute() =>
        Faults.AssertNone(
            Methods.Where(m => m.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is null).Select(m => m.FullName),
            "No google.api.http rule:");

    [Fact]
    public void EveryRpc_HasAPolicy() =>
        Faults.AssertNone(
            Methods.Where(m => PolicyOf(m) is not { Scope: not Scope.Unspecified, Admission: not Admission.Unspecified }).Select(m => m.FullName),
            "No asteri.v1.policy, or half of one:");

    [Fact]
    public void EveryRpc_HasItsOwnMessages() =>
        Faults.AssertNone(
            Methods.Where(m => m.InputType.Name != m.Name + "Request" || m.OutputType.Name != m.Name + "Response")
                .Select(m => $"{m.FullName}({m.InputType.Name}) returns {m.OutputType.Name}"),
            "XxxRequest and XxxResponse, so that both can grow:");

    [Fact]
    public void EveryEnum_StartsUnspecified() =>
        Faults.AssertNone(
            Files.SelectMany(f => f.Dependencies.Append(f)).Where(f => f.Package == "asteri.v1").Distinct().SelectMany(f => f.EnumTypes)
                .Where(e => !e.FindValueByNumber(0).Name.EndsWith("_UNSPECIFIED", StringComparison.Ordinal)).Select(e => e.FullName),
            "Zero is *_UNSPECIFIED:");

    private static MethodPolicy? PolicyOf(MethodDescriptor method) => method.GetOptions()?.GetExtension(PolicyExtensions.Policy);
}
