using System.Security.Cryptography;

namespace Asteri.Server.Security;

/// <summary>
/// A key as the node knows it: what it may do, and the hashes of its one or two secrets. Immutable but for the last use, which all versions of a key
/// share.
/// </summary>
internal sealed record KeyRecord(string Id, string Environment, KeySpec Spec, DateTimeOffset CreatedAt)
{
    /// <summary>
    /// Stands for every key that does not exist, so that looking for one takes the same steps. Its hashes are random: nothing has them.
    /// </summary>
    public static KeyRecord Nobody { get; } = new("", "", new("", default, NamePatterns.Every), default)
    {
        Newest = RandomNumberGenerator.GetBytes(Pepper.HashBytes),
    };

    /// <summary>The hash of the newest secret.</summary>
    public required byte[] Newest { get; init; }

    /// <summary>The hash of the secret before; empty when there is none.</summary>
    public byte[] Older { get; init; } = [];

    /// <summary>When the older secret ends.</summary>
    public DateTimeOffset OlderUntil { get; init; }

    public LastUse LastUse { get; init; } = new();

    /// <summary>Whether the hash is that of a secret valid now. Compares with two hashes always, in time that depends on neither.</summary>
    public bool Accepts(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        bool newest = CryptographicOperations.FixedTimeEquals(hash, Newest);
        bool older = CryptographicOperations.FixedTimeEquals(hash, Older.Length == 0 ? Nobody.Newest : Older);
        return (newest | (older & IsOlderLive(now))) & !IsExpired(now);
    }

    public KeyInformation Describe(DateTimeOffset now) => new(Id, Spec, CreatedAt)
    {
        LiveSecrets = IsExpired(now) ? 0 : IsOlderLive(now) ? 2 : 1,
        LastUsedAt = LastUse.At,
    };

    private bool IsExpired(DateTimeOffset now) => Spec.ExpiresAt <= now;

    private bool IsOlderLive(DateTimeOffset now) => Older.Length > 0 && now < OlderUntil;
}
