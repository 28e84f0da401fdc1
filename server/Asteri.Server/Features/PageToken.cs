using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Asteri.Rpc.Calls;

namespace Asteri.Server.Features;

/// <summary>
/// Where the next page of a list starts: base64url of a version byte, 8 bytes of a SHA-256 over the query and the key, and the key behind which to go
/// on. The hash binds a token to its query, and finds one that was cut or changed on its way; it keeps no secret, and needs none: a caller may start
/// behind any key.
/// </summary>
internal static class PageToken
{
    private const byte Version = 1;
    private const int HashLength = 8;

    /// <summary>The token of the page behind <paramref name="key"/>.</summary>
    /// <param name="key">The last key of this page.</param>
    /// <param name="query">Everything that makes this list another one: method, tenant, space, prefix. Not the page size.</param>
    public static string Write(string query, ReadOnlySpan<byte> key)
    {
        byte[] bytes = [Version, .. Hash(query, key), .. key];
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key behind which the page starts; empty for the first page.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the token is not ours, or of another query.</exception>
    public static byte[] Read(string query, string token)
    {
        if (token.Length == 0) { return []; }
        byte[] bytes = Decode(token);
        bool isOurs = bytes.Length > 1 + HashLength
            && bytes[0] == Version
            && bytes.AsSpan(1, HashLength).SequenceEqual(Hash(query, bytes.AsSpan(1 + HashLength)));
        return isOurs
            ? bytes[(1 + HashLength)..]
            : throw RpcException.Invalid(
                "page_token", "it belongs to no page of this list; bring back next_page_token unchanged, with the same other fields.");
    }

    private static byte[] Decode(string token)
    {
        try
        {
            return Base64Url.DecodeFromChars(token);
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static byte[] Hash(string query, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        byte[] text = Encoding.UTF8.GetBytes(query);
        SHA256.HashData([.. BitConverter.GetBytes(text.Length), .. text, .. key], hash);
        return hash[..HashLength].ToArray();
    }
}
