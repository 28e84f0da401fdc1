using System.Text;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Security;

public sealed class AuditLogTests : IAsyncLifetime
{
    private static readonly Principal Admin = new("acme", ScopeSet.All, NamePatterns.Every) { KeyId = "0123456789ab" };

    private readonly ManualTime _time = new();
    private SmallStore _small = null!;
    private Pepper _pepper = null!;
    private AuditLog _audit = null!;

    public async Task InitializeAsync()
    {
        _small = await SmallStore.OpenAsync();
        _pepper = await Pepper.OpenAsync(_small.Store, _small.PepperPath);
        _audit = AuditLog.Open(_small.Store, _pepper, _time);
    }

    public async Task DisposeAsync()
    {
        _audit.Dispose();
        await _small.DisposeAsync();
    }

    [Fact]
    public async Task RecordAsync_Change_StandsBetweenItsTwoEntries()
    {
        int entriesDuring = 0;
        int result = await _audit.RecordAsync(Admin, "key.create", "acme", () =>
        {
            entriesDuring = _audit.Read().Count();
            return Task.FromResult(7);
        });

        Assert.Equal((7, 1), (result, entriesDuring));
        var entries = _audit.Read().ToList();
        Assert.Equal([(1L, "started", 1L), (2L, "ok", 1L)], entries.Select(e => (e.Number, e.Result, e.Started)));
        Assert.All(
            entries,
            e => Assert.Equal(("0123456789ab", "acme", "key.create", "acme", _time.GetUtcNow()), (e.KeyId, e.Tenant, e.Action, e.Target, e.At)));
        Assert.Null(_audit.Verify());
        Assert.Equal(2, Assert.Single(_audit.Read(after: 1)).Number);
    }

    [Fact]
    public async Task RecordAsync_ChangeFails_SaysHowAndThrowsItOn()
    {
        await Assert.ThrowsAsync<RpcException>(() => Record(() => throw new RpcException(RpcCode.NotFound, "")));
        await Assert.ThrowsAsync<StoreException>(() => Record(() => throw new StoreException(StoreFault.OutOfSpace, "")));
        await Assert.ThrowsAsync<FormatException>(() => Record(() => throw new FormatException("details that nobody needs to see")));

        Assert.Equal(["started", "NotFound", "started", "OutOfSpace", "started", "Internal"], _audit.Read().Select(e => e.Result));
    }

    [Fact]
    public async Task RecordAsync_LogCannotBeWritten_TheChangeDoesNotRun()
    {
        await _small.Store.DisposeAsync();
        bool ran = false;

        await Assert.ThrowsAsync<StoreException>(() => Record(() =>
        {
            ran = true;
            return Task.FromResult(0);
        }));

        Assert.False(ran);
        await _small.ReopenAsync();
    }

    [Fact]
    public async Task RecordAsync_ManyAtOnceAndARestart_KeepOneChain()
    {
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Record(() => Task.FromResult(i))));
        await _small.ReopenAsync();
        _audit.Dispose();
        _audit = AuditLog.Open(_small.Store, _pepper, _time);
        await Record(() => Task.FromResult(0));

        Assert.Null(_audit.Verify());
        Assert.Equal(Enumerable.Range(1, 52).Select(n => (long)n), _audit.Read().Select(e => e.Number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_EntryRemovedOrChangedBehindItsBack_NamesIt(bool remove)
    {
        for (int i = 0; i < 3; i++) { await Record(() => Task.FromResult(0)); }
        var third = _small.Store.Scan(SecurityKeys.Audit, SecurityKeys.Log.ToArray(), SecurityKeys.Log.ToArray()).ElementAt(2);
        byte[] changed = [.. third.Value.Bytes];
        changed[^10] ^= 1;
        var batch = _small.Store.NewBatch();
        await _small.Store.WriteAsync(remove ? batch.Delete(SecurityKeys.Audit, third.Key) : batch.Put(SecurityKeys.Audit, third.Key, changed));

        Assert.StartsWith("Audit entry 3:", _audit.Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_LastEntryCutOff_IsFoundByTheHead()
    {
        await Record(() => Task.FromResult(0));
        var last = _small.Store.Scan(SecurityKeys.Audit, SecurityKeys.Log.ToArray(), SecurityKeys.Log.ToArray()).Last();
        await _small.Store.WriteAsync(_small.Store.NewBatch().Delete(SecurityKeys.Audit, last.Key));

        Assert.Contains("cut off", _audit.Verify(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RecordAsync_HeadRemovedOrForged_RefusesEveryChange(bool remove)
    {
        await Record(() => Task.FromResult(0));
        var batch = _small.Store.NewBatch();
        byte[] log = SecurityKeys.Log.ToArray();
        await _small.Store.WriteAsync(remove
            ? batch.Delete(SecurityKeys.Audit, log)
            : batch.Put(SecurityKeys.Audit, log, Encoding.ASCII.GetBytes(new string('0', 72))));

        var refused = await Assert.ThrowsAsync<RpcException>(() => Record(() => throw new InvalidOperationException("the change ran")));

        Assert.Equal(RpcCode.FailedPrecondition, refused.Status.Code);
        Assert.NotNull(_audit.Verify());
    }

    private Task<int> Record(Func<Task<int>> change) => _audit.RecordAsync(Admin, "test.change", "it", change);
}
