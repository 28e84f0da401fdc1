namespace Asteri.Server.Settings;

/// <summary>Makes an options record of the layers' values. All faults are found before any is reported; nothing unknown is passed over.</summary>
internal static class SettingBinder
{
    /// <exception cref="SettingsException">A key is unknown, a value is none of its type, or the options themselves find fault.</exception>
    public static Bound<TOptions> Bind<TOptions>(SettingLayers layers, Func<TOptions, IEnumerable<string>> validate)
        where TOptions : class, new()
    {
        var known = Setting.Of(typeof(TOptions));
        List<string> faults = [.. layers.Layers.SelectMany(layer => UnknownKeys(layer, known))];
        var sources = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var options = (TOptions)Fill(new TOptions(), path: "", layers, sources, faults);
        if (faults.Count == 0) { faults.AddRange(validate(options)); }
        if (faults.Count > 0) { throw new SettingsException(faults); }
        return new(options, [.. known.Select(s => new EffectiveSetting(s.Key, Shown(s, options), sources.GetValueOrDefault(s.Key, "default")))]);
    }

    private static object Fill(object section, string path, SettingLayers layers, Dictionary<string, string> sources, List<string> faults)
    {
        foreach (var property in Setting.OptionsOf(section.GetType()))
        {
            string key = Setting.Join(path, property.Name);
            if (Setting.IsSection(property.PropertyType))
            {
                Fill(property.GetValue(section)!, key, layers, sources, faults);
                continue;
            }

            if (Find(layers, key, property.PropertyType) is not (var text, var source)) { continue; }
            sources[key] = source;
            bool secret = property.IsDefined(typeof(SecretAttribute), inherit: false);
            if (text.Length == 0 && Nullable.GetUnderlyingType(property.PropertyType) is not null) { property.SetValue(section, null); }
            else if (SettingText.TryParse(property.PropertyType, text, out object? value)) { property.SetValue(section, value); }
            else { faults.Add($"{key}: '{(secret ? "***" : text)}' ({source}) is not {SettingText.Describe(property.PropertyType)}."); }
        }

        return section;
    }

    private static (string Text, string Source)? Find(SettingLayers layers, string key, Type type)
    {
        foreach (var layer in layers.Layers.Reverse())
        {
            if (layer.Find(key, SettingText.IsList(type)) is { } text) { return (text, layer.Source); }
        }

        return null;
    }

    private static IEnumerable<string> UnknownKeys(SettingLayer layer, IReadOnlyList<Setting> known)
    {
        foreach (string key in layer.Values.Keys)
        {
            var setting = known.FirstOrDefault(
                s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase) || (SettingText.IsList(s.Type) && SettingLayer.IsItemOf(key, s.Key)));
            if (setting is { Secret: true } && layer.Source == SettingLayers.CommandLine)
            {
                yield return $"{key}: a secret is not taken from the command line, which others can read; use the environment or a file.";
            }

            if (setting is not null) { continue; }
            string? nearest = NearestName.Find(key, known.Select(s => s.Key));
            string remedy = nearest is null ? "'asteri config' lists them." : $"Is {nearest} meant?";
            yield return $"{key}: there is no such option ({layer.Source}). {remedy}";
        }
    }

    private static string Shown(Setting setting, object options)
    {
        string text = SettingText.Format(setting.ValueIn(options));
        return setting.Secret && text.Length > 0 ? "***" : text;
    }
}
