using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Asteri.Server.Commands;
using Asteri.Server.Hosting;
using Asteri.Server.Settings;
using Asteri.Server.Tests.Commands;

namespace Asteri.Server.Tests.Containers;

/// <summary>The container files' steps against the project's files: there is no container engine where the tests run.</summary>
public sealed partial class ContainerFileTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Files => ["Dockerfile", "Dockerfile.gpu"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Copy_Sources_AreThereAndNotIgnored(string file)
    {
        var sources = Steps(file, "COPY").Where(s => !s.StartsWith("--from", StringComparison.Ordinal)).SelectMany(s => s.Split(' ')[..^1]).ToList();
        var exceptions = File.ReadAllLines(Path.Combine(Root, ".dockerignore")).Where(l => l.StartsWith('!'));
        string[] allowed = [.. exceptions.Select(l => l[1..].Replace("/**", "/", StringComparison.Ordinal))];

        Assert.NotEmpty(sources);
        Assert.All(sources, s => Assert.True(Path.Exists(Path.Combine(Root, s)), $"{file} copies {s}, which is not there."));
        Assert.All(sources, s => Assert.Contains(s, allowed));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Copy_Sources_AreAllThatTheBuildNeeds(string file)
    {
        string[] copied = [.. Steps(file, "COPY").SelectMany(s => s.Split(' ')[..^1])];
        string published = Regex.Match(Steps(file, "RUN")[0], @"dotnet publish (\S+)").Groups[1].Value;

        Assert.True(File.Exists(Path.Combine(Root, published)), $"{file} publishes {published}, which is not there.");
        foreach (string project in WithReferences(published)) { Assert.Contains(project.Split('/')[0] + "/", copied); }
        string[] atTheTop = ["global.json", .. Directory.GetFiles(Root, "Directory.*").Select(f => Path.GetFileName(f))];
        Assert.All(atTheTop, f => Assert.Contains(f, copied));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Entrypoint_TheProgram_HasTheAssemblysName(string file)
    {
        string assembly = XDocument.Load(Path.Combine(Root, "server/Asteri.Server/Asteri.Server.csproj")).Descendants("AssemblyName").Single().Value;

        Assert.Equal([$"/app/{assembly}"], Words(Assert.Single(Steps(file, "ENTRYPOINT"))));
        Assert.Equal(["serve"], Words(Assert.Single(Steps(file, "CMD"))));
        Assert.Contains("--from=build /app /app", Steps(file, "COPY"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Healthcheck_TheCommand_IsOneThatTheProgramKnows(string file)
    {
        string[] words = Words(Assert.Single(Steps(file, "HEALTHCHECK")).Split("CMD ")[1]);

        Assert.Equal(Words(Steps(file, "ENTRYPOINT")[0])[0], words[0]);
        Assert.Equal("health", words[1]);
        var run = await CommandRun.RunAsync([.. words[1..], "--server", "http://127.0.0.1:1"]);
        Assert.Equal(ExitCode.Unavailable, run.Code);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Environment_TheSettings_AreValidAndExposeSafely(string file)
    {
        var pairs = Steps(file, "ENV").SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(v => v.Split('=', 2));
        var variables = pairs.ToDictionary(v => v[0], v => v[1]);
        var options = SettingBinder.Bind<NodeOptions>(new SettingLayers().AddEnvironment(variables), o => o.Validate()).Options;
        var exposure = Exposure.Of(options.Server);

        Assert.Equal((true, true), (exposure.KeysRequired, exposure.Tls));
        Assert.Equal(Assert.Single(Steps(file, "VOLUME")), options.Storage.Directory);
        Assert.StartsWith(options.Storage.Directory, options.Storage.SnapshotRoot, StringComparison.Ordinal);
        Assert.Equal($"{options.Server.HttpPort} {options.Server.GrpcPort}", Assert.Single(Steps(file, "EXPOSE")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void User_IsNotRootAndOwnsTheData(string file)
    {
        string user = Assert.Single(Steps(file, "USER"));
        string[] last = [.. StepsOf(file).Select(s => s.Name)];

        Assert.NotEqual("root", user);
        Assert.NotEqual("0", user);
        Assert.True(Array.LastIndexOf(last, "USER") > Array.LastIndexOf(last, "RUN"), "What needs root runs before USER.");
        Assert.Contains(Steps(file, "RUN"), s => Regex.IsMatch(s, $@"mkdir /data .*chown ""?{Regex.Escape(user)}""? /data"));
    }

    [Fact]
    public void Gpu_TheBase_IsCudasRuntimeAndTheNodeBringsItsOwn()
    {
        Assert.StartsWith("nvidia/cuda:", Steps("Dockerfile.gpu", "FROM")[^1], StringComparison.Ordinal);
        Assert.Contains("-runtime-", Steps("Dockerfile.gpu", "FROM")[^1], StringComparison.Ordinal);
        Assert.Contains("--self-contained", Steps("Dockerfile.gpu", "RUN")[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void From_TheSdk_IsTheOneOfGlobalJson(string file)
    {
        using var global = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "global.json")));
        string version = global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!;

        Assert.Contains($"/sdk:{string.Join('.', version.Split('.')[..2])} AS build", Steps(file, "FROM")[0], StringComparison.Ordinal);
    }

    /// <summary>The arguments of every step of this name, in order.</summary>
    private static string[] Steps(string file, string name) => [.. StepsOf(file).Where(s => s.Name == name).Select(s => s.Arguments)];

    private static IEnumerable<(string Name, string Arguments)> StepsOf(string file)
    {
        string text = Comment().Replace(File.ReadAllText(Path.Combine(Root, file)), "").Replace("\\\n", " ", StringComparison.Ordinal);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2))
            .Select(words => (words[0], Spaces().Replace(words[1], " ").Trim()));
    }

    private static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    private static IEnumerable<string> WithReferences(string project)
    {
        yield return project;
        string directory = Path.GetDirectoryName(Path.Combine(Root, project))!;
        foreach (var reference in XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference"))
        {
            string path = Path.GetRelativePath(Root, Path.GetFullPath(Path.Combine(directory, reference.Attribute("Include")!.Value)));
            foreach (string below in WithReferences(path)) { yield return below; }
        }
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Asteri.Engine.sln"))) { return at.FullName; }
        }

        throw new InvalidOperationException($"No Asteri.Engine.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }

    [GeneratedRegex("^#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
