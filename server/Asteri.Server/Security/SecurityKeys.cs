using System.Text;
using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>Where in the store the room keeps what it knows.</summary>
internal static class SecurityKeys
{
    /// <summary>"pepper": the witness. "key/&lt;id&gt;": a key. "use/&lt;id&gt;": its last use.</summary>
    public static readonly Space Credentials = new(RecordKind.Credential, 0);

    /// <summary>"log": the head. Behind it, under the same key so that all of it lies on one lane, the entries as appends.</summary>
    public static readonly Space Audit = new(RecordKind.Audit, 0);

    public static ReadOnlySpan<byte> Witness => "pepper"u8;

    public static ReadOnlySpan<byte> Log => "log"u8;

    public static ReadOnlySpan<byte> KeyPrefix => "key/"u8;

    public static ReadOnlySpan<byte> UsePrefix => "use/"u8;

    public static byte[] Key(string id) => Encoding.ASCII.GetBytes($"key/{id}");

    public static byte[] Use(string id) => Encoding.ASCII.GetBytes($"use/{id}");
}
