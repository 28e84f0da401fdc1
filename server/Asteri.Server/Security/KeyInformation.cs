namespace Asteri.Server.Security;

/// <summary>A key as it may be shown: everything but what opens the door.</summary>
public sealed record KeyInformation(string KeyId, KeySpec Spec, DateTimeOffset CreatedAt)
{
    /// <summary>Secrets that are valid now: 0 when the key has expired, 2 while a rotation overlaps.</summary>
    public int LiveSecrets { get; init; }

    /// <summary>Rounded down to <see cref="SecurityOptions.LastUseResolution"/>; null: not used yet.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
