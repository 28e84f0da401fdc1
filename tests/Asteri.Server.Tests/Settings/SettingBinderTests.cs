using Asteri.Server.Hosting;
using Asteri.Server.Settings;

namespace Asteri.Server.Tests.Settings;

public sealed class SettingBinderTests
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    [Fact]
    public void Bind_Nothing_IsTheDefaults()
    {
        var bound = Bind(new SettingLayers());

        Assert.Equal(new NodeOptions(), bound.Options);
        Assert.All(bound.Effective, e => Assert.Equal("default", e.Source));
    }

    [Fact]
    public void ShippedFile_NamesEveryOptionWithItsDefault()
    {
        var layers = new SettingLayers().AddFile(Shipped, required: true);
        var known = Setting.Of(typeof(NodeOptions)).Select(s => s.Key).Order(StringComparer.Ordinal);

        Assert.Equal(known, layers.Layers[0].Values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new NodeOptions(), Bind(layers).Options);
    }

    [Fact]
    public void ShippedFile_ExplainsEveryOption()
    {
        string[] lines = File.ReadAllLines(Shipped);
        var unexplained = new List<string>();
        for (int i = 1; i < lines.Length; i++)
        {
            bool isOption = lines[i].TrimStart().StartsWith('"');
            if (isOption && !lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)) { unexplained.Add(lines[i].Trim()); }
        }

        // The second of two that one comment explains, and "Tls", whose options are explained.
        string[] known = ["\"Tls\"", "\"PingTimeout\"", "\"StreamWindowBytes\"", "\"MaxValueBytes\"", "\"MaxBatchBytes\"", "\"MaxLimit\""];
        Assert.All(unexplained, line => Assert.Contains(known, k => line.StartsWith(k, StringComparison.Ordinal)));
    }

    [Fact]
    public void Bind_SeveralLayers_TheLaterWins()
    {
        using var file = new TemporaryFile("""{ "Server": { "HttpPort": 1, "GrpcPort": 2, /* why */ "Address": "::1", } }""");
        var layers = new SettingLayers()
            .AddFile(file.Path, required: true, name: "the file")
            .AddEnvironment([new("ASTERI__Server__GrpcPort", "3"), new("ASTERI__server__httpport", "4"), new("ASTERI_KEY", "k")])
            .AddCommandLine([new("Server:HttpPort", "5")]);

        var bound = Bind(layers);

        Assert.Equal((5, 3, "::1"), (bound.Options.Server.HttpPort, bound.Options.Server.GrpcPort, bound.Options.Server.Address));
        Assert.Equal("command line", SourceOf(bound, "Server:HttpPort"));
        Assert.Equal("environment", SourceOf(bound, "Server:GrpcPort"));
        Assert.Equal("the file", SourceOf(bound, "Server:Address"));
        Assert.Equal("default", SourceOf(bound, "Storage:Directory"));
    }

    [Fact]
    public void Bind_ManyFaults_AllOfThemAreNamedAtOnce()
    {
        var layers = new SettingLayers().AddCommandLine(
        [
            new("Server:HtpPort", "1"), new("Server:GrpcPort", "many"), new("Storage:Lanes", "x"), new("Completely:Else", "1"),
            new("Logging:Level", "Loud"),
        ]);

        var faults = Assert.Throws<SettingsException>(() => Bind(layers)).Faults;

        Assert.Equal(5, faults.Count);
        Assert.Contains("Server:HtpPort: there is no such option (command line). Is Server:HttpPort meant?", faults);
        Assert.Contains(faults, f => f.StartsWith("Completely:Else: there is no such option (command line)", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("Server:GrpcPort: 'many' (command line) is not a whole number", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("one of Trace, Debug", StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_ValuesOutOfRange_AllSectionsAreChecked()
    {
        var layers = new SettingLayers().AddCommandLine(
        [
            new("Server:HttpPort", "70000"), new("Storage:PageBytes", "1000"), new("Admission:MaxLimit", "0"), new("Security:DefaultTenant", "No!"),
            new("Telemetry:Otlp:Endpoint", "nowhere"), new("Server:Connections:MaxConnections", "0"), new("Server:Tls:KeyFile", "absent.pem"),
        ]);

        var faults = Assert.Throws<SettingsException>(() => Bind(layers)).Faults;

        foreach (string key in new[]
        {
            "Server:HttpPort", "Storage:PageBytes", "Admission:MaxLimit", "Security:DefaultTenant", "Telemetry:Otlp:Endpoint",
            "Server:Connections:MaxConnections", "Server:Tls:KeyFile",
        })
        {
            Assert.Contains(faults, f => f.StartsWith(key, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Storage:SegmentBytes", "128MiB", 128 << 20)]
    [InlineData("Storage:SegmentBytes", "134217728", 128 << 20)]
    public void Bind_Bytes_MayHaveAUnit(string key, string text, int expected) =>
        Assert.Equal(expected, Bind(new SettingLayers().AddCommandLine([new(key, text)])).Options.Storage.SegmentBytes);

    [Theory]
    [InlineData("1500ms", 1.5)]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("00:00:07", 7)]
    public void Bind_Times_MayHaveAUnit(string text, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), Bind(new SettingLayers().AddCommandLine([new("Server:ShutdownGrace", text)])).Options.Server.ShutdownGrace);

    [Theory]
    [InlineData("7")]
    [InlineData("soon")]
    [InlineData("1e300d")]
    [InlineData("NaNs")]
    [InlineData("ms")]
    public void Bind_TimeWithoutSense_IsRefused(string text) =>
        Assert.Throws<SettingsException>(() => Bind(new SettingLayers().AddCommandLine([new("Server:ShutdownGrace", text)])));

    [Fact]
    public void Effective_Secrets_AreHidden()
    {
        var bound = Bind(new SettingLayers().AddEnvironment([new("ASTERI__Telemetry__Otlp__Headers", "authorization=hush")]));

        Assert.Equal("authorization=hush", bound.Options.Telemetry.Otlp.Headers);
        Assert.DoesNotContain(bound.Effective, e => e.Value.Contains("hush", StringComparison.Ordinal));
        Assert.Equal("***", bound.Effective.Single(e => e.Key == "Telemetry:Otlp:Headers").Value);
    }

    [Fact]
    public void Bind_SecretOnTheCommandLine_IsRefused()
    {
        var layers = new SettingLayers().AddCommandLine([new("Telemetry:Otlp:Headers", "authorization=hush")]);

        string fault = Assert.Single(Assert.Throws<SettingsException>(() => Bind(layers)).Faults);
        Assert.StartsWith("Telemetry:Otlp:Headers: a secret is not taken from the command line", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AddFile_Broken_NamesTheFile()
    {
        using var file = new TemporaryFile("{ not json");

        string fault = Assert.Single(Assert.Throws<SettingsException>(() => new SettingLayers().AddFile(file.Path, required: true)).Faults);
        Assert.StartsWith(file.Path, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AddFile_Absent_IsRefusedWhereItIsRequired()
    {
        Assert.Throws<SettingsException>(() => new SettingLayers().AddFile("/no/such/file.json", required: true));
        Assert.Empty(new SettingLayers().AddFile("/no/such/file.json", required: false).Layers);
    }

    private static Bound<NodeOptions> Bind(SettingLayers layers) => SettingBinder.Bind<NodeOptions>(layers, o => o.Validate());

    private static string SourceOf(Bound<NodeOptions> bound, string key) => bound.Effective.Single(e => e.Key == key).Source;
}
