namespace Asteri.Server.Settings;

/// <summary>The configuration cannot be used; every fault is named.</summary>
internal sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
