namespace Asteri.Server.Features.Entries;

/// <summary>The form of a space's name. A name is never a path: it only ever becomes part of a key in the store.</summary>
internal static class SpaceName
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 64 characters of a-z, 0-9, '_' and '-', starting with a letter or digit";

    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= 64 && name[0] is not ('_' or '-') && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-');
}
