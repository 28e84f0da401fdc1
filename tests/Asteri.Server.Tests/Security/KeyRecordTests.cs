using System.Security.Cryptography;
using Asteri.Server.Security;

namespace Asteri.Server.Tests.Security;

public sealed class KeyRecordTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly Pepper Pepper = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void Open_RightKey_IsItsRecord()
    {
        var (table, key) = TableOfOne(expiresAt: null);

        Assert.Equal(key.Id, table.Open(key, Pepper, Start)?.Id);
    }

    [Fact]
    public void Open_UnknownWrongOrForeign_IsNothing()
    {
        var (table, key) = TableOfOne(expiresAt: null);

        Assert.Null(table.Open(KeyText.Create("live"), Pepper, Start));
        Assert.Null(table.Open(KeyText.Create("live", key.Id), Pepper, Start));
        Assert.Null(table.Open(key, new Pepper(RandomNumberGenerator.GetBytes(32)), Start));
        Assert.Null(KeyTable.Empty.Open(key, Pepper, Start));
    }

    [Fact]
    public void Open_TheSameSecretInAnotherEnvironment_IsNothing()
    {
        var (table, key) = TableOfOne(expiresAt: null);
        var record = table.Find(key.Id)!;
        var elsewhere = KeyText.Create("test", key.Id);
        byte[] hash = new byte[Pepper.HashBytes];
        Pepper.Hash(elsewhere, hash);

        Assert.False(record.Accepts(hash, Start));
    }

    [Fact]
    public void Open_FromItsExpiryOn_IsNothing()
    {
        var (table, key) = TableOfOne(Start.AddHours(1));

        Assert.NotNull(table.Open(key, Pepper, Start.AddHours(1).AddTicks(-1)));
        Assert.Null(table.Open(key, Pepper, Start.AddHours(1)));
        Assert.Equal(0, table.Find(key.Id)!.Describe(Start.AddHours(1)).LiveSecrets);
    }

    [Fact]
    public void Open_RotatedWithOverlap_TakesBothUntilItEnds()
    {
        var (table, old) = TableOfOne(expiresAt: null);
        var (record, young) = (table.Find(old.Id)!, KeyText.Create("live", old.Id));
        table = table.With(record with { Newest = Hash(young), Older = record.Newest, OlderUntil = Start.AddMinutes(5) });

        Assert.NotNull(table.Open(old, Pepper, Start.AddMinutes(5).AddTicks(-1)));
        Assert.NotNull(table.Open(young, Pepper, Start));
        Assert.Equal(2, table.Find(old.Id)!.Describe(Start).LiveSecrets);
        Assert.Null(table.Open(old, Pepper, Start.AddMinutes(5)));
        Assert.NotNull(table.Open(young, Pepper, Start.AddMinutes(5)));
        Assert.Equal(1, table.Find(old.Id)!.Describe(Start.AddMinutes(5)).LiveSecrets);
    }

    [Fact]
    public void KeyFormat_WrittenRecord_IsReadBack()
    {
        var (table, key) = TableOfOne(Start.AddDays(1));
        var record = table.Find(key.Id)! with { Older = RandomNumberGenerator.GetBytes(32), OlderUntil = Start.AddHours(2) };

        var read = KeyFormat.Read(KeyFormat.Write(record));

        Assert.Equal(record.Spec with { Names = read.Spec.Names }, read.Spec);
        Assert.Equal(record.Spec.Names.Texts, read.Spec.Names.Texts);
        Assert.Equal(
            (record.Id, record.Environment, record.CreatedAt, record.OlderUntil),
            (read.Id, read.Environment, read.CreatedAt, read.OlderUntil));
        Assert.Equal(record.Newest, read.Newest);
        Assert.Equal(record.Older, read.Older);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData(
        """{"format":2,"id":"","environment":"","tenant":"","scopes":[],"names":[],"note":"","createdAt":0,"newest":"","older":"","olderUntil":0}""")]
    public void KeyFormat_OtherBytes_AreRefusedByName(string text)
    {
        var refused = Assert.Throws<SecurityException>(() => KeyFormat.Read(System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.Contains("key's record", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyFormat_WrittenRecord_HoldsNoSecret()
    {
        var (table, key) = TableOfOne(expiresAt: null);

        string stored = System.Text.Encoding.UTF8.GetString(KeyFormat.Write(table.Find(key.Id)!));

        Assert.DoesNotContain(key.Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret[..20], stored, StringComparison.Ordinal);
    }

    [Fact]
    public void LastUse_Touched_IsRoundedDownAndUnwrittenOnce()
    {
        var use = new LastUse();
        use.Touch(Start.AddMinutes(61), TimeSpan.FromHours(1));

        Assert.Equal(Start.AddHours(1), use.At);
        long seconds = Assert.NotNull(use.Unwritten);
        use.Written(seconds);
        use.Touch(Start.AddMinutes(119), TimeSpan.FromHours(1));
        Assert.Null(use.Unwritten);
    }

    private static (KeyTable Table, KeyText Key) TableOfOne(DateTimeOffset? expiresAt)
    {
        var key = KeyText.Create("live");
        var spec = new KeySpec("acme", ScopeSet.All, NamePatterns.Of(["logs-*", "users"])) { Note = "a test", ExpiresAt = expiresAt };
        return (KeyTable.Empty.With(new(key.Id, "live", spec, Start) { Newest = Hash(key) }), key);
    }

    private static byte[] Hash(KeyText key)
    {
        byte[] hash = new byte[Pepper.HashBytes];
        Pepper.Hash(key, hash);
        return hash;
    }
}
