using System.Buffers;
using Asteri.Rpc.Calls;

namespace Asteri.Server.Security;

/// <summary>Which names a key reaches: exact names, or a beginning followed by one '*' at the end. No pattern at all reaches every name.</summary>
public sealed class NamePatterns
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly string[] _patterns;

    private NamePatterns(string[] patterns) => _patterns = patterns;

    /// <summary>Reaches every name.</summary>
    public static NamePatterns Every { get; } = new([]);

    /// <summary>The patterns as they were given.</summary>
    public IReadOnlyList<string> Texts => _patterns;

    /// <exception cref="RpcException">INVALID_ARGUMENT: a pattern has another form; the message names it.</exception>
    public static NamePatterns Of(IEnumerable<string> patterns)
    {
        string[] texts = [.. patterns];
        if (texts.Length > 100) { throw RpcException.Invalid("name_patterns", $"{texts.Length} patterns; the limit is 100."); }
        foreach (string text in texts)
        {
            if (!IsPattern(text))
            {
                throw RpcException.Invalid("name_patterns", $"'{text}' is no pattern; it must be a name, or the beginning of one and '*'.");
            }
        }

        return texts.Length == 0 ? Every : new(texts);
    }

    public bool Reach(string name)
    {
        if (_patterns.Length == 0) { return true; }
        foreach (string pattern in _patterns)
        {
            bool reached = pattern[^1] == '*' ? name.AsSpan().StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal) : name == pattern;
            if (reached) { return true; }
        }

        return false;
    }

    private static bool IsPattern(string text)
    {
        var name = text.AsSpan();
        if (name.EndsWith("*")) { name = name[..^1]; }
        return text.Length is >= 1 and <= 65 && name.Length <= 64 && !name.ContainsAnyExcept(NameCharacters);
    }
}
