using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>
/// A key as a person holds it: <c>ast_&lt;environment&gt;_&lt;id&gt;_&lt;secret&gt;</c>. The id is 12 of a-z and 0-9; the secret is 43 random base62
/// characters (256 bits) followed by 6 that check everything before them, so that a typing mistake is told apart from a wrong key before anything is
/// looked up. Never prints its secret.
/// </summary>
public sealed class KeyText
{
    internal const int IdLength = 12;
    private const int RandomLength = 43;
    private const int CheckLength = 6;
    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Base36Characters = SearchValues.Create(Base36);
    private static readonly SearchValues<char> Base62Characters = SearchValues.Create(Base62);

    private KeyText(string environment, string id, string secret) => (Environment, Id, Secret) = (environment, id, secret);

    public string Environment { get; }

    public string Id { get; }

    /// <summary>The random characters and their check.</summary>
    internal string Secret { get; }

    /// <summary>1 to 16 of a-z and 0-9.</summary>
    public static bool IsEnvironment(ReadOnlySpan<char> text) => text.Length is >= 1 and <= 16 && !text.ContainsAnyExcept(Base36Characters);

    /// <summary>Whether the text has the form of a key's id.</summary>
    public static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(Base36Characters);

    /// <summary>The id of the key that a request makes: the same for every try.</summary>
    internal static string IdOf(RequestId request) => string.Create(IdLength, new UInt128(request.High, request.Low), static (id, left) =>
    {
        for (int i = 0; i < id.Length; i++, left /= 36) { id[i] = Base36[(int)(left % 36)]; }
    });

    /// <summary>A new key with a random id.</summary>
    internal static KeyText Create(string environment) => Create(environment, RandomNumberGenerator.GetString(Base36, IdLength));

    /// <summary>A new secret for an id.</summary>
    internal static KeyText Create(string environment, string id)
    {
        string random = RandomNumberGenerator.GetString(Base62, RandomLength);
        return new(environment, id, random + Check($"ast_{environment}_{id}_{random}"));
    }

    /// <summary>Reads a key strictly: every part in its place, of its alphabet and length, and the check right.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out KeyText? key)
    {
        key = null;
        Span<Range> parts = stackalloc Range[5];
        if (text.Length > 128 || text.Split(parts, '_') != 4 || text[parts[0]] is not "ast") { return false; }
        var environment = text[parts[1]];
        var id = text[parts[2]];
        var secret = text[parts[3]];
        if (!IsEnvironment(environment) || !IsId(id) || secret.Length != RandomLength + CheckLength || secret.ContainsAnyExcept(Base62Characters))
        {
            return false;
        }

        if (!secret[RandomLength..].SequenceEqual(Check(text[..^CheckLength]))) { return false; }

        key = new(environment.ToString(), id.ToString(), secret.ToString());
        return true;
    }

    /// <summary>The whole key. The one place where a secret becomes text; whoever calls it hands the key to its owner.</summary>
    internal string Reveal() => $"ast_{Environment}_{Id}_{Secret}";

    public override string ToString() => $"ast_{Environment}_{Id}_***";

    private static string Check(ReadOnlySpan<char> text)
    {
        uint crc = uint.MaxValue;
        foreach (char c in text) { crc = BitOperations.Crc32C(crc, (byte)c); }
        crc = ~crc;

        Span<char> digits = stackalloc char[CheckLength];
        for (int i = CheckLength - 1; i >= 0; i--, crc /= 62) { digits[i] = Base62[(int)(crc % 62)]; }
        return digits.ToString();
    }
}
