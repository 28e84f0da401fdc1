using Asteri.Server.Commands;
using Asteri.Server.Tests.Hosting;
using Asteri.Server.Tests.Settings;

namespace Asteri.Server.Tests.Commands;

public sealed class AsteriCommandTests(NodeFixture open) : IClassFixture<NodeFixture>
{
    private static readonly string[] Nobody = ["--server", "http://127.0.0.1:1", "--timeout", "5"];

    private readonly TestNode _node = open.Node;

    private string[] Server => ["--server", _node.Node.GrpcAddress.ToString(), "-o", "jsonl"];

    [Theory]
    [InlineData()]
    [InlineData("nonsense")]
    [InlineData("keys")]
    [InlineData("serve", "--nonsense")]
    [InlineData("serve", "--http-port", "many")]
    [InlineData("serve", "--set", "no-value")]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "--tenant", "t", "--scope", "everything")]
    [InlineData("keys", "create", "--tenant", "t", "--scope", "search,everything")]
    [InlineData("keys", "create", "--tenant", "t", "--scope", "public")]
    [InlineData("keys", "create", "--tenant", "t", "--scope", "4")]
    [InlineData("keys", "create", "--tenant", "t", "--scope", "search", "--expires-in", "soon")]
    [InlineData("health", "--timeout", "-5")]
    [InlineData("health", "--timeout", "1e300")]
    [InlineData("health", "--server", "https://127.0.0.1:1", "--server-certificate", "AB")]
    [InlineData("config", "check", "--data", "/dev/null")]
    [InlineData("restore")]
    [InlineData("health", "--server", "nowhere")]
    [InlineData("config", "-o", "xml")]
    [InlineData("demo", "--address", "*")]
    [InlineData("demo", "--set", "Security:RequireKeys=true")]
    public async Task Run_WrongCommandLine_IsUsageAndSaysWhat(params string[] args)
    {
        var run = await CommandRun.RunAsync(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Out);
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("expected type", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("keys", "--help")]
    [InlineData("keys", "create", "--help")]
    [InlineData("serve", "--help")]
    [InlineData("--version")]
    public async Task Run_Help_IsOkOnStandardOutput(params string[] args)
    {
        var run = await CommandRun.RunAsync(args);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(run.Out);
    }

    [Fact]
    public async Task Serve_WrongConfiguration_NamesEveryFaultAndIsUsage()
    {
        var run = await CommandRun.RunAsync("serve", "--set", "Server:HtpPort=1", "--set", "Storage:Lanes=many", "--address", "nowhere");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("Is Server:HttpPort meant?", run.Error, StringComparison.Ordinal);
        Assert.Contains("Storage:Lanes: 'many'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_TlsForbiddenOnEveryAddress_IsUsage()
    {
        var run = await CommandRun.RunAsync("serve", "--address", "*", "--set", "Server:Tls:Enabled=false");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--insecure", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_Layers_TellTheirSource()
    {
        using var file = new TemporaryFile("""{ "Storage": { "Lanes": 3 } }""");
        var environment = new Dictionary<string, string> { ["ASTERI__Server__HttpPort"] = "9000", ["ASTERI__Telemetry__Otlp__Headers"] = "key=hush" };

        string[] command = ["config", "--config", file.Path, "--grpc-port", "9001", "-o", "jsonl"];
        var run = await CommandRun.RunAsync(environment, CancellationToken.None, command);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(("9000", "environment"), Setting("Server:HttpPort"));
        Assert.Equal(("9001", "command line"), Setting("Server:GrpcPort"));
        Assert.Equal(("3", file.Path), Setting("Storage:Lanes"));
        Assert.Equal(("***", "environment"), Setting("Telemetry:Otlp:Headers"));
        Assert.Equal(("./data", "appsettings.json"), Setting("Storage:Directory"));

        (string?, string?) Setting(string key)
        {
            var row = run.Rows.Single(r => (string?)r["key"] == key);
            return ((string?)row["value"], (string?)row["source"]);
        }
    }

    [Fact]
    public async Task ConfigCheck_Faults_AreUsageAndSoundIsOk()
    {
        Assert.Equal(ExitCode.Ok, (await CommandRun.RunAsync("config", "check")).Code);
        Assert.Equal(ExitCode.Usage, (await CommandRun.RunAsync("config", "check", "--set", "Nope:Nope=1")).Code);
    }

    [Theory]
    [InlineData("table", "key ")]
    [InlineData("json", "[")]
    [InlineData("jsonl", "{\"key\":")]
    [InlineData("csv", "key,value,source\r\n")]
    public async Task Config_Output_HasItsFormat(string format, string start)
    {
        var run = await CommandRun.RunAsync("config", "--output", format);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith(start, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ReadyNode_IsOk()
    {
        var run = await CommandRun.RunAsync(["health", .. Server]);

        Assert.Equal((ExitCode.Ok, """{"status":"serving"}"""), (run.Code, run.Out.Trim()));
    }

    [Theory]
    [InlineData("health")]
    [InlineData("keys", "list")]
    [InlineData("snapshot", "list")]
    [InlineData("snapshot", "create")]
    public async Task Run_NobodyAnswers_IsUnavailable(params string[] args)
    {
        var run = await CommandRun.RunAsync([.. args, .. Nobody]);

        Assert.Equal((ExitCode.Unavailable, ""), (run.Code, run.Out));
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Keys_CreateListRotateRevoke_GoRound()
    {
        string[] wanted = ["--scope", "search", "--scope", "write", "--name", "a*", "--note", "for a test", "--expires-in", "90d"];
        var created = await CommandRun.RunAsync(["keys", "create", "--tenant", "acme", .. wanted, .. Server]);
        string id = (string)Assert.Single(created.Rows)["key_id"]!;
        var rotated = await CommandRun.RunAsync(["keys", "rotate", id, "--overlap", "1h", .. Server]);
        var listed = await CommandRun.RunAsync(["keys", "list", "--tenant", "acme", .. Server]);
        var revoked = await CommandRun.RunAsync(["keys", "revoke", id, .. Server]);
        var gone = await CommandRun.RunAsync(["keys", "revoke", id, .. Server]);

        Assert.All([created, rotated, listed, revoked], run => Assert.Equal(ExitCode.Ok, run.Code));
        Assert.StartsWith($"ast_live_{id}_", (string)created.Rows[0]["secret"]!, StringComparison.Ordinal);
        Assert.NotEqual((string)created.Rows[0]["secret"]!, (string)rotated.Rows[0]["secret"]!);
        var row = listed.Rows.Single(r => (string?)r["key_id"] == id);
        Assert.Equal(2, (int)row["live_secrets"]!);
        Assert.Equal(["search", "write"], row["scopes"]!.AsArray().Select(s => (string)s!));
        Assert.DoesNotContain("ast_live_", listed.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, gone.Code);
    }

    [Theory]
    [InlineData("search,write")]
    [InlineData("Search", "write")]
    [InlineData("search,search", "--scope", "write")]
    public async Task Keys_ScopesInOneWordOrMany_AreThoseAndNoOther(params string[] scopes)
    {
        var created = await CommandRun.RunAsync(["keys", "create", "--tenant", "acme", "--scope", .. scopes, .. Server]);

        Assert.Equal(ExitCode.Ok, created.Code);
        Assert.Equal(["search", "write"], created.Rows[0]["scopes"]!.AsArray().Select(s => (string)s!));
    }

    [Fact]
    public async Task Keys_ValueThatTheNodeRefuses_IsUsage()
    {
        var run = await CommandRun.RunAsync(["keys", "create", "--tenant", "Not A Tenant", "--scope", "search", .. Server]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("tenant", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrongOrMissingKey_IsDenied()
    {
        await using var guarded = await TestNode.StartAsync(null, ("Security:RequireKeys", "true"));
        string[] command = ["keys", "list", "--server", guarded.Node.GrpcAddress.ToString()];
        using var file = new TemporaryFile(guarded.FirstKey + "\n");

        var without = await CommandRun.RunAsync(command);
        var wrong = await CommandRun.RunAsync(WithKey("ast_live_wrong"), CancellationToken.None, command);
        var fromVariable = await CommandRun.RunAsync(WithKey(guarded.FirstKey), CancellationToken.None, command);
        var fromFile = await CommandRun.RunAsync([.. command, "--key-file", file.Path]);

        Assert.Equal((ExitCode.Denied, ExitCode.Denied), (without.Code, wrong.Code));
        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (fromVariable.Code, fromFile.Code));
        Assert.DoesNotContain("ast_live_wrong", wrong.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> WithKey(string key) => new() { ["ASTERI_KEY"] = key };
}
