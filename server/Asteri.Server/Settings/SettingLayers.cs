namespace Asteri.Server.Settings;

/// <summary>
/// Where values come from, weakest first: the appsettings.json beside the program, a file named on the command line, the environment
/// (<c>ASTERI__Section__Key</c>), the command line. A later layer overrides an earlier one key by key; a list is overridden whole.
/// </summary>
internal sealed class SettingLayers
{
    public const string EnvironmentPrefix = "ASTERI__";

    /// <summary>The one source that other users of the machine can read; it takes no secret.</summary>
    public const string CommandLine = "command line";

    private readonly List<SettingLayer> _layers = [];

    /// <summary>The layers, weakest first.</summary>
    public IReadOnlyList<SettingLayer> Layers => _layers;

    /// <summary>A JSON file; comments and trailing commas are allowed.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="required">Whether it has to be there.</param>
    /// <param name="name">How it is called as a source; its path, when absent.</param>
    /// <exception cref="SettingsException">It is not there although <paramref name="required"/>, or is no JSON.</exception>
    public SettingLayers AddFile(string path, bool required, string? name = null)
    {
        if (!File.Exists(path))
        {
            return required ? throw new SettingsException([$"{path}: there is no such configuration file."]) : this;
        }

        try
        {
            var root = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).Build();
            return Add(new(name ?? path, root.AsEnumerable().Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value!))));
        }
        catch (InvalidDataException e)
        {
            // The innermost tells line and column.
            throw new SettingsException([$"{path}: {e.GetBaseException().Message}"]);
        }
    }

    public SettingLayers AddEnvironment(IEnumerable<KeyValuePair<string, string>> variables) => Add(new("environment", variables
        .Where(v => v.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
        .Select(v => KeyValuePair.Create(v.Key[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), v.Value))));

    public SettingLayers AddCommandLine(IEnumerable<KeyValuePair<string, string>> values) => Add(new(CommandLine, values));

    public SettingLayers Add(SettingLayer layer)
    {
        _layers.Add(layer);
        return this;
    }
}
