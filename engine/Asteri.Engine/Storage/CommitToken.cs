using System.Diagnostics.CodeAnalysis;

namespace Asteri.Engine.Storage;

/// <summary>A position in the lanes: for each lane that a write touched, the seq of its last operation. Opaque outside the engine.</summary>
public sealed class CommitToken
{
    /// <param name="seqs">Lane to seq; a watcher of several lanes makes the token of where it stands.</param>
    public CommitToken(IReadOnlyDictionary<int, ulong> seqs) => Seqs = seqs;

    /// <summary>Lane to seq.</summary>
    public IReadOnlyDictionary<int, ulong> Seqs { get; }

    public byte[] ToBytes() => throw new NotSupportedException("to be written");

    /// <summary>Reads a token that a caller brought back. False for anything that <see cref="ToBytes"/> did not write.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CommitToken? token) => throw new NotSupportedException("to be written");
}
