namespace Asteri.Server.Settings;

/// <summary>Options, and each of their keys with the value in force and where it came from.</summary>
internal sealed record Bound<TOptions>(TOptions Options, IReadOnlyList<EffectiveSetting> Effective);

/// <summary>A key with the value in force; a secret shows as "***".</summary>
internal sealed record EffectiveSetting(string Key, string Value, string Source);
