using System.Net;
using System.Net.Http.Headers;
using Asteri.Rpc.Calls;
using Asteri.Server.Commands;
using Asteri.Server.Security;
using Asteri.Server.Tests.Commands;
using Asteri.V1;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1;

namespace Asteri.Server.Tests.Hosting;

/// <summary>
/// A node on every address: whatever it serves, it serves to nobody without a key. Methods and routes are taken from the descriptors.
/// </summary>
public sealed class EveryDoorTests(EveryDoorTests.ExposedNode exposed) : IClassFixture<EveryDoorTests.ExposedNode>
{
    private const string Unauthenticated = "16";

    private readonly TestNode _node = exposed.Node;

    public static TheoryData<string> GuardedMethods => [.. Methods.Where(m => !IsPublic(m)).Select(PathOf)];

    public static TheoryData<string, string> GuardedRoutes
    {
        get
        {
            var routes = new TheoryData<string, string>();
            foreach (var method in Methods.Where(m => !IsPublic(m)))
            {
                if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule) { routes.Add(VerbOf(rule), RouteOf(rule)); }
            }

            return routes;
        }
    }

    public static TheoryData<string> GuardedPages => [.. RouteGuard.Routes.Where(r => r.Value != Scope.Public).Select(r => r.Key)];

    public static TheoryData<string> PublicPages => [.. RouteGuard.Routes.Where(r => r.Value == Scope.Public).Select(r => r.Key)];

    private static IEnumerable<MethodDescriptor> Methods =>
        new[] { StoreReflection.Descriptor, AdminReflection.Descriptor, HealthReflection.Descriptor, ReflectionReflection.Descriptor }
            .SelectMany(file => file.Services).SelectMany(service => service.Methods);

    [Theory]
    [MemberData(nameof(GuardedMethods))]
    public async Task Grpc_WithoutAKey_IsUnauthenticated(string path) => Assert.Equal(Unauthenticated, await CallAsync(path, key: null));

    [Theory]
    [MemberData(nameof(GuardedMethods))]
    public async Task Grpc_WithAMadeUpKey_IsUnauthenticated(string path)
    {
        string first = _node.FirstKey;
        string madeUp = first[..^1] + (first[^1] == 'A' ? 'B' : 'A');

        Assert.Equal(Unauthenticated, await CallAsync(path, madeUp));
    }

    [Theory]
    [MemberData(nameof(GuardedRoutes))]
    public async Task Json_WithoutAKey_Is401(string verb, string route)
    {
        using var reply = await _node.Http.SendAsync(new(new(verb), route) { Content = verb == "POST" ? Json("{}") : null });

        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
    }

    [Theory]
    [MemberData(nameof(GuardedPages))]
    public async Task Page_WithoutAKey_Is401(string path)
    {
        using var without = await _node.Http.GetAsync(path);
        using var with = await _node.Http.SendAsync(new(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", _node.FirstKey) } });

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Theory]
    [MemberData(nameof(PublicPages))]
    public async Task Page_Public_AnswersWithoutAKey(string path)
    {
        using var reply = await _node.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Health_OfThisMachinesConfiguration_FindsAddressAndCertificate()
    {
        string port = $"{_node.Node.GrpcAddress.Port}";

        var run = await CommandRun.RunAsync("health", "--data", _node.DataDirectory, "--address", "*", "--grpc-port", port);

        Assert.True(run.Code == ExitCode.Ok, run.Error);
    }

    [Fact]
    public async Task Health_WithoutTrust_IsUnavailable()
    {
        var run = await CommandRun.RunAsync("health", "--server", _node.Node.GrpcAddress.ToString());

        Assert.Equal(ExitCode.Unavailable, run.Code);
    }

    [Fact]
    public async Task Grpc_WithTheFirstKey_IsServed()
    {
        using var admin = _node.Connect(_node.FirstKey);
        await _node.PutAsync("mine", "k", "v", admin);

        Assert.Equal("v", await _node.GetAsync("mine", "k", admin));
        Assert.NotEmpty((await _node.CallAsync<ListKeysRequest, ListKeysResponse>("ListKeys", new(), admin)).Keys);
    }

    [Fact]
    public async Task Tenants_SameNames_SeeOnlyTheirOwn()
    {
        using var admin = _node.Connect(_node.FirstKey);
        using var red = _node.Connect(await _node.MakeKeyAsync(admin, "red", Scope.Search, Scope.Write));
        using var blue = _node.Connect(await _node.MakeKeyAsync(admin, "blue", Scope.Search, Scope.Write));
        await _node.PutAsync("shared-name", "k", "red's", red);
        await _node.PutAsync("red-only", "k", "red's", red);
        await _node.PutAsync("shared-name", "k", "blue's", blue);

        Assert.Equal("red's", await _node.GetAsync("shared-name", "k", red));
        Assert.Equal("blue's", await _node.GetAsync("shared-name", "k", blue));
        var names = await _node.CallAsync<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new(), blue);
        Assert.Equal(["shared-name"], names.Spaces.Select(s => s.Name));
        var foreign = await TestNode.FailureAsync(() => List("red-only", blue));
        var absent = await TestNode.FailureAsync(() => List("no-ones", blue));
        Assert.Equal(RpcCode.NotFound, foreign.Status.Code);
        Assert.Equal(absent.Status.Message.Replace("no-ones", "red-only", StringComparison.Ordinal), foreign.Status.Message);
    }

    [Fact]
    public async Task Tenants_PageTokenOfAnother_IsRefused()
    {
        using var admin = _node.Connect(_node.FirstKey);
        using var red = _node.Connect(await _node.MakeKeyAsync(admin, "red2", Scope.Search, Scope.Write));
        using var blue = _node.Connect(await _node.MakeKeyAsync(admin, "blue2", Scope.Search, Scope.Write));
        foreach (var tenant in new[] { red, blue })
        {
            for (int i = 0; i < 3; i++) { await _node.PutAsync("s", $"k{i}", "v", tenant); }
        }

        var page = await _node.CallAsync<ListEntriesRequest, ListEntriesResponse>("ListEntries", new() { Space = "s", PageSize = 1 }, red);
        var stolen = new ListEntriesRequest { Space = "s", PageSize = 1, PageToken = page.NextPageToken };

        var e = await TestNode.FailureAsync(() => _node.CallAsync<ListEntriesRequest, ListEntriesResponse>("ListEntries", stolen, blue));
        Assert.Equal(RpcCode.InvalidArgument, e.Status.Code);
    }

    [Fact]
    public async Task Tenants_SameRequestId_AreTwoWrites()
    {
        using var admin = _node.Connect(_node.FirstKey);
        using var red = _node.Connect(await _node.MakeKeyAsync(admin, "red3", Scope.Search, Scope.Write));
        using var blue = _node.Connect(await _node.MakeKeyAsync(admin, "blue3", Scope.Search, Scope.Write));

        await _node.WriteAsync(new() { Space = "s", RequestId = "one", Writes = { TestNode.Put("k", "red's") } }, red);
        await _node.WriteAsync(new() { Space = "s", RequestId = "one", Writes = { TestNode.Put("k", "blue's") } }, blue);

        Assert.Equal("blue's", await _node.GetAsync("s", "k", blue));
    }

    [Fact]
    public async Task Patterns_NameOutOfReach_LooksAbsentAndTakesNoWrites()
    {
        using var admin = _node.Connect(_node.FirstKey);
        var request = new CreateKeyRequest { Tenant = "default", Scopes = { Scope.Search, Scope.Write }, NamePatterns = { "own-*" } };
        using var narrow = _node.Connect((await _node.CallAsync<CreateKeyRequest, CreateKeyResponse>("CreateKey", request, admin)).Secret);
        await _node.PutAsync("other", "k", "v", admin);

        await _node.PutAsync("own-1", "k", "v", narrow);

        Assert.Null(await _node.GetAsync("other", "k", narrow));
        Assert.Equal(RpcCode.NotFound, (await TestNode.FailureAsync(() => List("other", narrow))).Status.Code);
        Assert.Equal(RpcCode.PermissionDenied, (await TestNode.FailureAsync(() => _node.PutAsync("other", "k", "x", narrow))).Status.Code);
        Assert.Equal(RpcCode.PermissionDenied, (await TestNode.FailureAsync(() => _node.PutAsync("nobody-s", "k", "x", narrow))).Status.Code);
        var names = await _node.CallAsync<ListSpacesRequest, ListSpacesResponse>("ListSpaces", new(), narrow);
        Assert.Equal(["own-1"], names.Spaces.Select(s => s.Name));
    }

    [Fact]
    public async Task Revoked_OpenWatch_IsToldNothingMore()
    {
        using var admin = _node.Connect(_node.FirstKey);
        var request = new CreateKeyRequest { Tenant = "default", Scopes = { Scope.Search } };
        var key = await _node.CallAsync<CreateKeyRequest, CreateKeyResponse>("CreateKey", request, admin);
        using var watcher = _node.Connect(key.Secret);
        await _node.PutAsync("watched", "k", "before", admin);
        await using var watch = watcher.Start<WatchEntriesRequest, WatchEntriesResponse>(TestNode.StoreService.FindMethodByName("WatchEntries"));
        await watch.WriteAsync(new() { Space = "watched" });
        await watch.CompleteAsync();
        await using var messages = watch.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());

        await _node.CallAsync<RevokeKeyRequest, RevokeKeyResponse>("RevokeKey", new() { KeyId = key.Key.KeyId }, admin);
        await _node.PutAsync("watched", "k", "secret", admin);

        var e = await TestNode.FailureAsync(async () => await messages.MoveNextAsync());
        Assert.Equal(RpcCode.Unauthenticated, e.Status.Code);
    }

    [Fact]
    public async Task Scopes_WithoutTheScope_IsDenied()
    {
        using var admin = _node.Connect(_node.FirstKey);
        using var reader = _node.Connect(await _node.MakeKeyAsync(admin, "readers", Scope.Search));

        Assert.Equal(RpcCode.PermissionDenied, (await TestNode.FailureAsync(() => _node.PutAsync("s", "k", "v", reader))).Status.Code);
        var e = await TestNode.FailureAsync(() => _node.CallAsync<ListKeysRequest, ListKeysResponse>("ListKeys", new(), reader));
        Assert.Equal(RpcCode.PermissionDenied, e.Status.Code);
    }

    private Task<ListEntriesResponse> List(string space, Rpc.Client.RpcChannel channel) =>
        _node.CallAsync<ListEntriesRequest, ListEntriesResponse>("ListEntries", new() { Space = space }, channel);

    private static bool IsPublic(MethodDescriptor method) =>
        method.Service.File == HealthReflection.Descriptor || method.GetOptions()?.GetExtension(PolicyExtensions.Policy)?.Scope == Scope.Public;

    private static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    private static string VerbOf(HttpRule rule) => rule.PatternCase.ToString().ToUpperInvariant();

    private static string RouteOf(HttpRule rule)
    {
        string template = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => rule.Get,
            HttpRule.PatternOneofCase.Post => rule.Post,
            HttpRule.PatternOneofCase.Delete => rule.Delete,
            HttpRule.PatternOneofCase.Put => rule.Put,
            HttpRule.PatternOneofCase.Patch => rule.Patch,
            _ => throw new InvalidOperationException($"A rule of kind {rule.PatternCase}."),
        };

        return System.Text.RegularExpressions.Regex.Replace(template, @"\{[^}]*\}", "aaaa");
    }

    /// <summary>
    /// The status of a gRPC call with one empty message, by hand: the guard has to come before everything that a client of ours could add.
    /// </summary>
    private async Task<string> CallAsync(string path, string? key)
    {
        using var http = new HttpClient(exposed.Handler(), disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_node.Node.GrpcAddress, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]),
        };

        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        if (key is not null) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key); }
        using var reply = await http.SendAsync(request);
        await reply.Content.ReadAsByteArrayAsync();
        return (reply.TrailingHeaders.TryGetValues("grpc-status", out var status) ? status : reply.Headers.GetValues("grpc-status")).Single();
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    /// <summary>One node on every address, with the certificate that it made for itself.</summary>
    public sealed class ExposedNode : IAsyncLifetime
    {
        private SocketsHttpHandler? _handler;

        internal TestNode Node { get; private set; } = null!;

        public async Task InitializeAsync() => Node = await TestNode.StartAsync(
            null, ("Server:Address", "*"), ("Server:Reflection", "true"), ("Security:FailuresPerMinute", "1000"));

        internal SocketsHttpHandler Handler() => _handler ??= Node.TrustingHandler();

        public async Task DisposeAsync()
        {
            _handler?.Dispose();
            await Node.DisposeAsync();
        }
    }
}
