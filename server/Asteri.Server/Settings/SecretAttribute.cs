namespace Asteri.Server.Settings;

/// <summary>The value of this option is never printed: not at the start, not by <c>asteri config</c>, not in an error.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
