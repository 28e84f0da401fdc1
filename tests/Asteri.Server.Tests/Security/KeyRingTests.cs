using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;
using Asteri.V1;

namespace Asteri.Server.Tests.Security;

public sealed class KeyRingTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly SecurityOptions _options = new();
    private SmallStore _small = null!;
    private Pepper _pepper = null!;
    private KeyRing _keys = null!;

    public async Task InitializeAsync()
    {
        _small = await SmallStore.OpenAsync();
        await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        _keys.Dispose();
        await _small.DisposeAsync();
    }

    [Fact]
    public async Task CreateAsync_NewKey_OpensAndSurvivesARestart()
    {
        var spec = new KeySpec("acme", ScopeSet.Of([Scope.Search, Scope.Write]), NamePatterns.Of(["logs-*"])) { Note = "loader" };
        var issued = await _keys.CreateAsync(spec);
        foreach (bool restart in (bool[])[false, true])
        {
            if (restart) { await ReopenAsync(); }
            var principal = Open(issued.Reveal());

            Assert.Equal(("acme", issued.Information.KeyId), (principal?.Tenant, principal?.KeyId));
            Assert.True(principal!.Holds(Scope.Write) && !principal.Holds(Scope.Admin));
            Assert.True(principal.CanReach("logs-1") && !principal.CanReach("users"));
        }

        Assert.Equal("loader", Assert.Single(_keys.List("acme")).Spec.Note);
        Assert.Empty(_keys.List("other"));
    }

    [Fact]
    public async Task CreateAsync_TheSameRequestAgain_IsRefusedAndMakesNoSecondKey()
    {
        var request = RequestId.New();
        var issued = await _keys.CreateAsync(Spec(), request);
        foreach (bool restart in (bool[])[false, true])
        {
            if (restart) { await ReopenAsync(); }
            var refused = await Assert.ThrowsAsync<RpcException>(() => _keys.CreateAsync(Spec(), request));
            Assert.Equal(RpcCode.AlreadyExists, refused.Status.Code);
        }

        Assert.Equal(issued.Information.KeyId, Assert.Single(_keys.List()).KeyId);
        Assert.NotNull(Open(issued.Reveal()));
    }

    [Fact]
    public async Task CreateAsync_FaultySpec_NamesTheField()
    {
        Assert.Equal("tenant", await FieldOf(Spec() with { Tenant = "../other" }));
        Assert.Equal("scopes", await FieldOf(Spec() with { Scopes = default }));
        Assert.Equal("note", await FieldOf(Spec() with { Note = new('x', 201) }));
        Assert.Equal("expires_at", await FieldOf(Spec() with { ExpiresAt = _time.GetUtcNow() }));
        Assert.Empty(_keys.List());
    }

    [Fact]
    public async Task RevokeAsync_LiveKey_IsRefusedAtOnceAndAfterARestart()
    {
        var issued = await _keys.CreateAsync(Spec());

        Assert.True(await _keys.RevokeAsync(issued.Information.KeyId));
        Assert.Null(Open(issued.Reveal()));
        Assert.False(await _keys.RevokeAsync(issued.Information.KeyId));
        await ReopenAsync();
        Assert.Null(Open(issued.Reveal()));
        Assert.Empty(_keys.List());
    }

    [Fact]
    public async Task RevokeAsync_StoreFails_IsRefusedAllTheSame()
    {
        var issued = await _keys.CreateAsync(Spec());
        await _small.Store.DisposeAsync();

        await Assert.ThrowsAsync<StoreException>(() => _keys.RevokeAsync(issued.Information.KeyId));
        Assert.Null(Open(issued.Reveal()));
        await OpenStoreAsync();
    }

    [Fact]
    public async Task RotateAsync_WithOverlap_BothOpenUntilItEnds()
    {
        var first = await _keys.CreateAsync(Spec());
        var second = await _keys.RotateAsync(first.Information.KeyId, TimeSpan.FromHours(1));

        Assert.Equal(2, second!.Information.LiveSecrets);
        await ReopenAsync();
        Assert.NotNull(Open(first.Reveal()));
        Assert.NotNull(Open(second.Reveal()));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(Open(first.Reveal()));
        Assert.NotNull(Open(second.Reveal()));
    }

    [Fact]
    public async Task RotateAsync_Twice_NeverLeavesThreeSecretsValid()
    {
        var first = await _keys.CreateAsync(Spec());
        string id = first.Information.KeyId;
        var second = await _keys.RotateAsync(id, TimeSpan.FromDays(30));
        var third = await _keys.RotateAsync(id, TimeSpan.FromDays(30));

        Assert.Null(Open(first.Reveal()));
        Assert.NotNull(Open(second!.Reveal()));
        Assert.NotNull(Open(third!.Reveal()));
    }

    [Fact]
    public async Task RotateAsync_TheSameRequestAgain_IsRefusedAndChangesNothing()
    {
        var (first, request) = (await _keys.CreateAsync(Spec()), RequestId.New());
        var second = await _keys.RotateAsync(first.Information.KeyId, TimeSpan.FromDays(1), request);

        var refused = await Assert.ThrowsAsync<StoreException>(() => _keys.RotateAsync(first.Information.KeyId, TimeSpan.FromDays(1), request));

        Assert.Equal(StoreFault.RequestIdReused, refused.Fault);
        Assert.NotNull(Open(first.Reveal()));
        Assert.NotNull(Open(second!.Reveal()));
    }

    [Fact]
    public async Task RotateAsync_UnknownKeyOrTooLongAnOverlap_IsRefused()
    {
        Assert.Null(await _keys.RotateAsync("0123456789ab", TimeSpan.Zero));
        await Assert.ThrowsAsync<RpcException>(() => _keys.RotateAsync("0123456789ab", TimeSpan.FromDays(31)));
    }

    [Fact]
    public async Task Open_Expired_IsRefused()
    {
        var issued = await _keys.CreateAsync(Spec() with { ExpiresAt = _time.GetUtcNow().AddHours(1) });

        Assert.NotNull(Open(issued.Reveal()));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(Open(issued.Reveal()));
    }

    [Fact]
    public async Task WriteLastUsesAsync_UsedKey_IsKeptByTheHour()
    {
        var issued = await _keys.CreateAsync(Spec());
        Assert.Null(Assert.Single(_keys.List()).LastUsedAt);
        Open(issued.Reveal());
        await _keys.WriteLastUsesAsync(default);
        await ReopenAsync();

        var at = Assert.NotNull(Assert.Single(_keys.List()).LastUsedAt);
        Assert.Equal(0, at.ToUnixTimeSeconds() % 3600);
        Assert.InRange(_time.GetUtcNow() - at, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task HasAdministrator_AdminKeysComeAndGo_SaysWhetherOneIsValid()
    {
        Assert.False(_keys.HasAdministrator);
        await _keys.CreateAsync(Spec() with { Scopes = ScopeSet.Of([Scope.Search]) });
        Assert.False(_keys.HasAdministrator);
        await _keys.CreateAsync(Spec() with { ExpiresAt = _time.GetUtcNow().AddHours(1) });
        Assert.True(_keys.HasAdministrator);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(_keys.HasAdministrator);
    }

    [Fact]
    public async Task Changes_AtTheSameTime_AllTakeEffect()
    {
        var issued = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _keys.CreateAsync(Spec())));
        await Task.WhenAll(issued.Take(10).Select(k => _keys.RevokeAsync(k.Information.KeyId)));

        Assert.Equal(10, _keys.List().Count);
        Assert.All(issued.Take(10), k => Assert.Null(Open(k.Reveal())));
        Assert.All(issued.Skip(10), k => Assert.NotNull(Open(k.Reveal())));
    }

    [Fact]
    public async Task Pepper_LostOrReplaced_StopsTheStartByName()
    {
        await _keys.CreateAsync(Spec());
        File.Move(_small.PepperPath, _small.PepperPath + ".away");
        var lost = await Assert.ThrowsAsync<SecurityException>(() => Pepper.OpenAsync(_small.Store, _small.PepperPath));
        Assert.Contains("missing", lost.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_small.PepperPath));

        PepperFile.ReadOrMake(_small.PepperPath);
        var replaced = await Assert.ThrowsAsync<SecurityException>(() => Pepper.OpenAsync(_small.Store, _small.PepperPath));
        Assert.Contains("not the one", replaced.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pepper_CrashBetweenFileAndWitness_StartsAgain()
    {
        await using var other = await SmallStore.OpenAsync();
        PepperFile.ReadOrMake(other.PepperPath);

        await Pepper.OpenAsync(other.Store, other.PepperPath);
        await Pepper.OpenAsync(other.Store, other.PepperPath);
    }

    private static KeySpec Spec() => new("acme", ScopeSet.All, NamePatterns.Every);

    private Principal? Open(string text) => KeyText.TryParse(text, out var key) ? _keys.Open(key) : throw new FormatException("no key");

    private async Task<string> FieldOf(KeySpec spec)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => _keys.CreateAsync(spec));
        return refused.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field;
    }

    private async Task OpenAsync()
    {
        _pepper = await Pepper.OpenAsync(_small.Store, _small.PepperPath);
        _keys = KeyRing.Open(_small.Store, _pepper, _options, _time);
    }

    private async Task OpenStoreAsync()
    {
        await _small.ReopenAsync();
        await OpenAsync();
    }

    private async Task ReopenAsync()
    {
        _keys.Dispose();
        await OpenStoreAsync();
    }
}
