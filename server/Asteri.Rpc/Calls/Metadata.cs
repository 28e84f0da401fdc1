using System.Buffers;
using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Asteri.Rpc.Calls;

/// <summary>
/// Headers or trailers of a call: lower-case names, in order, repeats allowed; names of HTTP and gRPC themselves ("grpc-…") are not metadata. A
/// name that ends in "-bin" holds bytes, any other ASCII text.
/// </summary>
public sealed class Metadata : IEnumerable<Metadata.Entry>
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly FrozenSet<string> NamesOfHttp = FrozenSet.Create(
        "te", "content-type", "content-length", "host", "connection", "keep-alive", "proxy-connection",
        "transfer-encoding", "upgrade", "trailer", "date");

    /// <summary>Made with the first entry: most calls have headers or trailers of their own in one direction only, or in none.</summary>
    private List<Entry>? _entries;

    /// <summary>One header: <see cref="Text"/> or, for names that end in "-bin", <see cref="Bytes"/>.</summary>
    public readonly record struct Entry(string Name, string? Text, byte[]? Bytes);

    public int Count => _entries?.Count ?? 0;

    /// <summary>Adds a text header.</summary>
    /// <exception cref="ArgumentException">The name or the value cannot travel as a text header.</exception>
    public void Add(string name, string value)
    {
        ValidateName(name, binary: false);
        foreach (char c in value)
        {
            if (c is >= ' ' and <= '~') { continue; }
            throw new ArgumentException(
                $"Metadata '{name}' holds the character U+{(int)c:X4}; text is printable ASCII. Use a name that ends in '-bin' for bytes.",
                nameof(value));
        }

        Add(new Entry(name, value, null));
    }

    /// <summary>Adds a binary header; its name ends in "-bin".</summary>
    /// <exception cref="ArgumentException">The name cannot travel as a binary header.</exception>
    public void Add(string name, byte[] value)
    {
        ValidateName(name, binary: true);
        Add(new Entry(name, null, value));
    }

    /// <summary>The last text value under this name.</summary>
    public bool TryGetText(string name, [NotNullWhen(true)] out string? value)
    {
        value = Find(name).Text;
        return value is not null;
    }

    /// <summary>The last binary value under this name.</summary>
    public bool TryGetBytes(string name, [NotNullWhen(true)] out byte[]? value)
    {
        value = Find(name).Bytes;
        return value is not null;
    }

    public IEnumerator<Entry> GetEnumerator() => (_entries ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds an entry that is known to be well-formed.</summary>
    internal void Add(in Entry entry) => (_entries ??= []).Add(entry);

    internal static bool IsName(string name) => name.Length != 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>
    /// True for lower-case names that are HTTP's or gRPC's own. One of gRPC's is the handler's to set: when a client may try again.
    /// </summary>
    internal static bool IsReserved(string name) =>
        (name.StartsWith("grpc-", StringComparison.Ordinal) && name != "grpc-retry-pushback-ms") || NamesOfHttp.Contains(name);

    private Entry Find(string name)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_entries![i].Name == name) { return _entries[i]; }
        }

        return default;
    }

    private static void ValidateName(string name, bool binary)
    {
        if (!IsName(name))
        {
            throw new ArgumentException($"'{name}' is no metadata name: lower-case letters, digits, '-', '_' and '.' only.", nameof(name));
        }

        if (IsReserved(name))
        {
            throw new ArgumentException($"Metadata '{name}' would be taken for a header of HTTP or gRPC itself; use another name.", nameof(name));
        }

        if (name.EndsWith("-bin", StringComparison.Ordinal) != binary)
        {
            throw new ArgumentException($"Metadata '{name}': names that end in '-bin' hold bytes, others hold text.", nameof(name));
        }
    }
}
