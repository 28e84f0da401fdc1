using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;
using Asteri.V1;
using Google.Rpc;

namespace Asteri.Server.Tests.Security;

/// <summary>Keys, policies and the interceptor together, on a real store.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly CapturedLog<Authenticator> _log = new();
    private readonly MethodPolicies _policies = MethodPolicies.Read(BoundServices.All);
    private SmallStore _small = null!;
    private KeyRing _keys = null!;

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    public async Task InitializeAsync()
    {
        _small = await SmallStore.OpenAsync();
        _keys = KeyRing.Open(_small.Store, await Pepper.OpenAsync(_small.Store, _small.PepperPath), new(), _time);
    }

    public async Task DisposeAsync()
    {
        _keys.Dispose();
        await _small.DisposeAsync();
    }

    /// <summary>The table, said once more: what every rpc asks for. A change of the contract has to be made here as well.</summary>
    private static Scope TableOf(string path) => path switch
    {
        _ when path.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal) => Scope.Public,
        _ when path.StartsWith("/grpc.reflection.v1.", StringComparison.Ordinal) => Scope.Admin,
        _ when path.StartsWith("/asteri.v1.AdminService/", StringComparison.Ordinal) => Scope.Admin,
        "/asteri.v1.StoreService/WriteEntries" or "/asteri.v1.StoreService/StreamEntries" => Scope.Write,
        _ when path.StartsWith("/asteri.v1.StoreService/", StringComparison.Ordinal) => Scope.Search,
        _ => throw new ArgumentOutOfRangeException(nameof(path), path, "Say here which scope this method asks for."),
    };

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public async Task InterceptAsync_RandomRolesAndEveryRpc_EqualsTheTable(int seed)
    {
        var random = new Random(seed);
        var interceptor = Interceptor();
        for (int round = 0; round < 20; round++)
        {
            var scopes = ScopeSet.All.ToList().Where(_ => random.Next(2) == 0).DefaultIfEmpty(Scope.Metrics).ToList();
            var issued = await _keys.CreateAsync(new($"tenant-{round}", ScopeSet.Of(scopes), NamePatterns.Every));
            foreach (var method in BoundServices.Methods)
            {
                var needed = TableOf(method.Path);
                var call = new FakeCall(method).With("authorization", $"Bearer {issued.Reveal()}");
                var expected = needed == Scope.Public || scopes.Contains(needed) ? RpcCode.Ok : RpcCode.PermissionDenied;

                Assert.True(expected == await CodeOf(interceptor, call), $"{method} with [{string.Join(", ", scopes)}]");
                if (expected != RpcCode.Ok || needed == Scope.Public) { continue; }
                Assert.Equal(($"tenant-{round}", issued.Information.KeyId), (Principal.Of(call).Tenant, Principal.Of(call).KeyId));
            }
        }
    }

    [Fact]
    public async Task InterceptAsync_NoKey_LetsOnlyPublicMethodsThrough()
    {
        var interceptor = Interceptor();
        foreach (var method in BoundServices.Methods)
        {
            var expected = TableOf(method.Path) == Scope.Public ? RpcCode.Ok : RpcCode.Unauthenticated;
            Assert.True(expected == await CodeOf(interceptor, new FakeCall(method) { Local = true }), method.Path);
        }
    }

    [Fact]
    public async Task InterceptAsync_UnknownWrongExpiredAndRevoked_AreTheSameAnswer()
    {
        var spec = new KeySpec("acme", ScopeSet.All, NamePatterns.Every);
        var (live, revoked) = (await _keys.CreateAsync(spec), await _keys.CreateAsync(spec));
        var expired = await _keys.CreateAsync(spec with { ExpiresAt = _time.GetUtcNow().AddMinutes(1) });
        await _keys.RevokeAsync(revoked.Information.KeyId);
        _time.Advance(TimeSpan.FromMinutes(2));
        string unknown = KeyText.Create("live").Reveal(), wrong = KeyText.Create("live", live.Information.KeyId).Reveal();
        var interceptor = Interceptor();

        var answers = new List<RpcException>();
        foreach (string text in (string[])[unknown, wrong, expired.Reveal(), revoked.Reveal()])
        {
            answers.Add(await Refused(interceptor, $"Bearer {text}"));
        }

        Assert.All(answers, a => Assert.Equal((RpcCode.Unauthenticated, answers[0].Message), (a.Status.Code, a.Message)));
        Assert.All(answers, a => Assert.Equal(answers[0].Status.Details, a.Status.Details));
        Assert.Equal("KEY_REFUSED", answers[0].Detail<ErrorInfo>()!.Reason);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer ast_live_0123456789ab_short")]
    [InlineData("")]
    public async Task InterceptAsync_MalformedCredential_IsRefusedEvenOnAnOpenLoopback(string credential) =>
        Assert.Equal("KEY_MALFORMED", (await Refused(Interceptor(open: true), credential, local: true)).Detail<ErrorInfo>()!.Reason);

    [Fact]
    public async Task InterceptAsync_OpenLoopback_LetsThisMachineInAsTheDefaultTenantAndNobodyElse()
    {
        var interceptor = Interceptor(open: true);
        foreach (var method in BoundServices.Methods)
        {
            var here = new FakeCall(method) { Local = true };
            Assert.Equal(RpcCode.Ok, await CodeOf(interceptor, here));
            if (TableOf(method.Path) == Scope.Public) { continue; }
            Assert.Equal(("default", ""), (Principal.Of(here).Tenant, Principal.Of(here).KeyId));
            Assert.Equal(RpcCode.Unauthenticated, await CodeOf(interceptor, new FakeCall(method)));
        }
    }

    [Fact]
    public async Task InterceptAsync_TooManyFailuresOfOnePeer_StopLoggingButNeverLockARightKeyOut()
    {
        var issued = await _keys.CreateAsync(new("acme", ScopeSet.All, NamePatterns.Every));
        var interceptor = Interceptor(failuresPerMinute: 3);
        for (int i = 0; i < 3; i++) { Assert.Equal(RpcCode.Unauthenticated, (await Refused(interceptor, "Bearer wrong")).Status.Code); }

        var limited = await Refused(interceptor, "Bearer wrong");

        Assert.Equal(RpcCode.ResourceExhausted, limited.Status.Code);
        Assert.NotNull(limited.Detail<RetryInfo>());
        Assert.Equal(3, _log.Lines.Count);
        var right = new FakeCall(BoundServices.Method("GetEntry")).With("authorization", $"Bearer {issued.Reveal()}");
        Assert.Equal(RpcCode.Ok, await CodeOf(interceptor, right));
        Assert.Equal(RpcCode.Unauthenticated, (await Refused(interceptor, "Bearer wrong", from: "192.0.2.77:1")).Status.Code);
    }

    [Fact]
    public async Task InterceptAsync_RevokedWhileCallsRun_NextCallIsRefused()
    {
        var issued = await _keys.CreateAsync(new("acme", ScopeSet.All, NamePatterns.Every));
        var interceptor = Interceptor();
        var call = new FakeCall(BoundServices.Method("GetEntry")).With("authorization", $"bearer  {issued.Reveal()}");
        Assert.Equal(RpcCode.Ok, await CodeOf(interceptor, call));

        await _keys.RevokeAsync(issued.Information.KeyId);

        Assert.Equal(RpcCode.Unauthenticated, await CodeOf(interceptor, call));
    }

    [Fact]
    public async Task Secrets_WhateverHappens_StandInNoLogAnswerRecordOrFile()
    {
        var issued = await _keys.CreateAsync(new("acme", ScopeSet.Of([Scope.Metrics]), NamePatterns.Every));
        string secret = issued.Reveal().Split('_')[^1];
        var interceptor = Interceptor();
        var seen = new List<string> { issued.ToString(), issued.Information.ToString(), string.Join(" ", _keys.List()) };
        string mistyped = issued.Reveal()[..^1] + (issued.Reveal()[^1] == 'a' ? 'b' : 'a');
        await _keys.RotateAsync(issued.Information.KeyId, TimeSpan.FromHours(1));
        foreach (string tried in (string[])[issued.Reveal(), mistyped, issued.Reveal() + " "])
        {
            var call = new FakeCall(BoundServices.Method("GetEntry")).With("authorization", $"Bearer {tried}");
            seen.Add((await Assert.ThrowsAsync<RpcException>(async () => await interceptor.InterceptAsync(call, () => default))).ToString());
        }

        await _keys.RevokeAsync(issued.Information.KeyId);
        seen.Add((await Refused(interceptor, $"Bearer {issued.Reveal()}")).ToString());
        await _small.Store.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_small.DirectoryPath, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            seen.Add(await reader.ReadToEndAsync());
        }

        await _small.ReopenAsync();
        Assert.True(_log.Lines.Count >= 2);
        Assert.All(seen.Concat(_log.Lines), text => Assert.DoesNotContain(secret[..12], text, StringComparison.Ordinal));
    }

    private AuthenticationInterceptor Interceptor(bool open = false, int failuresPerMinute = 10_000) =>
        new(new Authenticator(_keys, new() { FailuresPerMinute = failuresPerMinute }, open, _log), _policies);

    private static async Task<RpcCode> CodeOf(AuthenticationInterceptor interceptor, FakeCall call)
    {
        bool reached = false;
        try
        {
            await interceptor.InterceptAsync(call, () =>
            {
                reached = true;
                return default;
            });
            Assert.True(reached);
            return RpcCode.Ok;
        }
        catch (RpcException e)
        {
            Assert.False(reached);
            return e.Status.Code;
        }
    }

    private static async Task<RpcException> Refused(
        AuthenticationInterceptor interceptor,
        string credential,
        bool local = false,
        string from = "192.0.2.1:4000")
    {
        var call = new FakeCall(BoundServices.Method("GetEntry")) { Local = local, From = from }.With("authorization", credential);
        return await Assert.ThrowsAsync<RpcException>(
            async () => await interceptor.InterceptAsync(call, () => throw new InvalidOperationException("it was let in")));
    }
}
