using System.Reflection;

namespace Asteri.Server.Settings;

/// <summary>
/// A key that the configuration may have, found by walking the properties of the option records: a section is a record, an option is text, a number,
/// a bool, an enum, a <see cref="TimeSpan"/> or a list of text.
/// </summary>
internal sealed record Setting(string Key, Type Type, bool Secret)
{
    /// <summary>Every key of an options record, in the order of its properties.</summary>
    public static IReadOnlyList<Setting> Of(Type options) => [.. Walk(options, path: "")];

    /// <summary>The value of this setting in an options record.</summary>
    public object? ValueIn(object options)
    {
        object? value = options;
        foreach (string name in Key.Split(':')) { value = value!.GetType().GetProperty(name)!.GetValue(value); }
        return value;
    }

    /// <summary>A section is a record of options of ours; anything else is one option.</summary>
    public static bool IsSection(Type type) => type.IsClass && type.Namespace?.StartsWith("Asteri.", StringComparison.Ordinal) == true;

    /// <summary>The properties of a section that are options: public, and set at its making.</summary>
    public static IEnumerable<PropertyInfo> OptionsOf(Type section) =>
        section.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private static IEnumerable<Setting> Walk(Type section, string path)
    {
        foreach (var property in OptionsOf(section))
        {
            string key = Join(path, property.Name);
            if (!IsSection(property.PropertyType))
            {
                yield return new(key, property.PropertyType, property.IsDefined(typeof(SecretAttribute)));
                continue;
            }

            foreach (var setting in Walk(property.PropertyType, key)) { yield return setting; }
        }
    }
}
