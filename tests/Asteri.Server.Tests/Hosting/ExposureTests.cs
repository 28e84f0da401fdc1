using Asteri.Server.Hosting;

namespace Asteri.Server.Tests.Hosting;

public sealed class ExposureTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("127.8.9.10")]
    public void Of_Loopback_IsOpenAndWithoutTls(string address) =>
        Assert.Equal(new Exposure(KeysRequired: false, Tls: false), Exposure.Of(new() { Address = address }));

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.7")]
    public void Of_OtherAddress_RequiresKeysAndTls(string address) =>
        Assert.Equal(new Exposure(KeysRequired: true, Tls: true), Exposure.Of(new() { Address = address }));

    [Fact]
    public void Of_TlsEndsUpstream_StillRequiresKeys() => Assert.Equal(
        new Exposure(KeysRequired: true, Tls: false), Exposure.Of(
            new() { Address = "*", Tls = new() { TerminatedUpstream = true } }));

    [Fact]
    public void Of_ProxyBeforeLoopback_RequiresKeysThereToo() =>
        Assert.Equal(new Exposure(KeysRequired: true, Tls: false), Exposure.Of(new() { Tls = new() { TerminatedUpstream = true } }));

    [Fact]
    public void Of_Insecure_StillRequiresKeys() =>
        Assert.Equal(new Exposure(KeysRequired: true, Tls: false), Exposure.Of(new() { Address = "*", Insecure = true }));

    [Fact]
    public void FaultOf_TlsForbiddenOnOtherAddress_NamesTheWaysOut()
    {
        string? fault = Exposure.FaultOf(new() { Address = "192.0.2.7", Tls = new() { Enabled = false } });

        Assert.NotNull(fault);
        Assert.Contains("192.0.2.7", fault, StringComparison.Ordinal);
        Assert.Contains("TerminatedUpstream", fault, StringComparison.Ordinal);
        Assert.Contains("--insecure", fault, StringComparison.Ordinal);
        Assert.Contains(new NodeOptions { Server = new() { Address = "192.0.2.7", Tls = new() { Enabled = false } } }.Validate(), f => f == fault);
    }

    [Fact]
    public void Of_CertificateOnLoopback_TurnsTlsOn() =>
        Assert.True(Exposure.Of(new() { Tls = new() { CertificateFile = "some.pem" } }).Tls);
}
