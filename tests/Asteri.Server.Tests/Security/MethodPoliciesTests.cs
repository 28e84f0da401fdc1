using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Security;

public sealed class MethodPoliciesTests
{
    [Fact]
    public void Read_ServedServices_HaveAPolicyEach()
    {
        var policies = MethodPolicies.Read(BoundServices.All);

        Assert.All(BoundServices.Methods, m => Assert.NotNull(policies.Of(m)));
    }

    [Fact]
    public void Read_MethodsWithoutPolicy_StopTheStartAndAreAllNamed()
    {
        var services = Unguarded.UnguardedReflection.Descriptor.Services.Select(BoundServices.Bind);

        var refused = Assert.Throws<SecurityException>(() => MethodPolicies.Read(BoundServices.All.Concat(services)));

        foreach (string fault in (string[])
            [
                "/asteri.tests.Unguarded/NoPolicy: no policy", "/asteri.tests.Unguarded/NoScope: a policy without scope",
                "/asteri.tests.Unguarded/NoShare: a policy without admission", "/asteri.tests.Unguarded/BadDeadline: default_deadline_ms is -2",
            ])
        {
            Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Whole", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_MethodThatWasNotRead_IsRefusedToEverybody()
    {
        var policies = MethodPolicies.Read([]);
        var interceptor = new AuthenticationInterceptor(null!, policies);
        var call = new FakeCall(BoundServices.Method("GetEntry")) { Local = true };

        Assert.Null(policies.Of(call.Method));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await interceptor.InterceptAsync(call, () => default));
        Assert.Equal(RpcCode.PermissionDenied, refused.Status.Code);
    }

    [Fact]
    public void LimitsOf_Policy_ReplacesTheServersDefaults()
    {
        var policies = MethodPolicies.Read(BoundServices.All);
        var defaults = new MethodLimits { MaxRequestBytes = 1_000, DefaultDeadline = TimeSpan.FromSeconds(3) };

        var write = policies.LimitsOf(BoundServices.Method("WriteEntries"), defaults);
        var scan = policies.LimitsOf(BoundServices.Method("ScanEntries"), defaults);
        var get = policies.LimitsOf(BoundServices.Method("GetEntry"), defaults);

        Assert.Equal((16_777_216, TimeSpan.FromSeconds(10)), (write.MaxRequestBytes, write.DefaultDeadline));
        Assert.Equal((1_000, Timeout.InfiniteTimeSpan), (scan.MaxRequestBytes, scan.DefaultDeadline));
        Assert.Equal(defaults, get);
    }
}
