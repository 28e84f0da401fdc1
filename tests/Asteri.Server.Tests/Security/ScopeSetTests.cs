using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;

namespace Asteri.Server.Tests.Security;

public sealed class ScopeSetTests
{
    [Fact]
    public void Of_EverySubset_ContainsExactlyItsScopes()
    {
        var scopes = ScopeSet.All.ToList();
        for (int bits = 0; bits < 1 << scopes.Count; bits++)
        {
            var chosen = scopes.Where((_, i) => (bits & (1 << i)) != 0).ToList();
            var set = ScopeSet.Of(chosen);

            Assert.Equal(chosen, set.ToList());
            Assert.Equal(chosen.Count == 0, set.IsEmpty);
            Assert.All(Enum.GetValues<Scope>(), s => Assert.Equal(chosen.Contains(s), set.Contains(s)));
        }
    }

    [Theory]
    [InlineData(Scope.Unspecified)]
    [InlineData(Scope.Public)]
    [InlineData((Scope)31)]
    [InlineData((Scope)(-1))]
    public void Of_WhatNoKeyCanHold_IsRefused(Scope scope) => Assert.Throws<RpcException>(() => ScopeSet.Of([scope]));

    [Fact]
    public void All_HoldsEveryScopeOfTheContract() =>
        Assert.Equal(Enum.GetValues<Scope>().Where(s => s is not (Scope.Unspecified or Scope.Public)), ScopeSet.All.ToList());
}
