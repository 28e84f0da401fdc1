using Asteri.Server.Admission;
using Asteri.Server.Security;
using Asteri.Server.Telemetry;

namespace Asteri.Server.Tests.Security;

public sealed class SecurityOptionsTests
{
    [Fact]
    public void Validate_Defaults_HaveNoFaults()
    {
        Assert.Empty(new SecurityOptions().Validate());
        Assert.Empty(new AdmissionOptions().Validate());
        Assert.Empty(new TelemetryOptions().Validate());
    }

    [Fact]
    public void Validate_ManyFaults_AreAllNamedWithTheirValues()
    {
        var options = new SecurityOptions
        {
            DefaultTenant = "../x",
            Environment = "LIVE",
            PepperFile = " ",
            FailuresPerMinute = 0,
            LastUseResolution = TimeSpan.Zero,
        };

        var faults = options.Validate();

        Assert.Equal(5, faults.Count);
        Assert.Contains(faults, f => f.Contains("Security:DefaultTenant is '../x'", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_OtherSections_NameTheirFaultsToo()
    {
        Assert.Equal(2, new AdmissionOptions { SearchPercent = 95, MaxWaiting = 0 }.Validate().Count);
        var otlp = new OtlpOptions { Endpoint = "collector:4317", TracePercent = 101 };
        Assert.Equal(3, new TelemetryOptions { SlowCall = TimeSpan.FromSeconds(-1), Otlp = otlp }.Validate().Count);
    }
}
