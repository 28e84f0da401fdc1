using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>
/// The node's secret, under which keys are hashed and the audit chain is sealed. Lies in a file of its own, readable by its owner alone, and is never
/// in a snapshot: who finds a copy of the store finds hashes that he cannot try guesses against.
/// </summary>
public sealed class Pepper
{
    internal const int HashBytes = 32;

    private readonly byte[] _secretsKey;
    private readonly byte[] _auditKey;
    private readonly byte[] _witness;

    internal Pepper(ReadOnlySpan<byte> pepper)
    {
        byte[] key = pepper.ToArray();
        _secretsKey = HKDF.Expand(HashAlgorithmName.SHA256, key, HashBytes, Encoding.ASCII.GetBytes("asteri secrets 1"));
        _auditKey = HKDF.Expand(HashAlgorithmName.SHA256, key, HashBytes, Encoding.ASCII.GetBytes("asteri audit 1"));
        _witness = HKDF.Expand(HashAlgorithmName.SHA256, key, HashBytes, Encoding.ASCII.GetBytes("asteri witness 1"));
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>
    /// Reads the pepper, or makes it for a store that has none yet, and checks it against the witness in the store. The file is durable before the
    /// witness is, so that a crash between the two leaves a pepper that nothing depends on.
    /// </summary>
    /// <exception cref="SecurityException">Others can read the file; it is missing though the store has keys; it is not the one that the store's keys
    /// were hashed with.</exception>
    public static async Task<Pepper> OpenAsync(Store store, string path, CancellationToken cancellation = default)
    {
        byte[]? witness = store.Read(SecurityKeys.Credentials, SecurityKeys.Witness)?.Bytes;
        if (witness is not null && !File.Exists(path))
        {
            throw new SecurityException(
                $"The pepper '{path}' is missing, with which this store's keys were hashed and its audit log was sealed. Copy it from the backup, or "
                + "from the directory of the node that the store or its snapshot comes from.");
        }

        var pepper = new Pepper(PepperFile.ReadOrMake(path));
        if (witness is null)
        {
            await store.WriteAsync(store.NewBatch().Put(SecurityKeys.Credentials, SecurityKeys.Witness, pepper._witness), cancellation);
        }
        else if (!CryptographicOperations.FixedTimeEquals(witness, pepper._witness))
        {
            throw new SecurityException(
                $"The pepper '{path}' is not the one that this store's keys were hashed with. Restore the right one from the backup.");
        }

        return pepper;
    }

    /// <summary>The keyed hash of a key: HMAC-SHA256 over environment, id and secret, so that a hash is worth nothing under another id.</summary>
    internal void Hash(KeyText key, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[128];
        int length = Encoding.ASCII.GetBytes(key.Reveal(), text);
        HMACSHA256.HashData(_secretsKey, text[..length], hash);
        CryptographicOperations.ZeroMemory(text);
    }

    /// <summary>The seal of an audit entry: HMAC-SHA256 over the seal before it and the entry's bytes.</summary>
    internal void Seal(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> entry, Span<byte> seal)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _auditKey);
        hmac.AppendData(previous);
        hmac.AppendData(entry);
        hmac.GetHashAndReset(seal);
    }

    /// <summary>The seal of the audit log's head. Its input has another length than any entry's, so neither passes for the other.</summary>
    internal void SealHead(long count, ReadOnlySpan<byte> last, Span<byte> seal)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, count);
        Seal(last, number, seal);
    }
}
