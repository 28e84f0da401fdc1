using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Asteri.Rpc.Calls;

/// <summary>Headers or trailers of a call: lower-case names, in order, repeats allowed. A name that ends in "-bin" holds bytes, any other ASCII text.</summary>
public sealed class Metadata : IEnumerable<Metadata.Entry>
{
    private readonly List<Entry> _entries = [];

    /// <summary>One header: <see cref="Text"/> or, for names that end in "-bin", <see cref="Bytes"/>.</summary>
    public readonly record struct Entry(string Name, string? Text, byte[]? Bytes);

    public int Count => _entries.Count;

    /// <summary>Adds a text header.</summary>
    /// <exception cref="ArgumentException">The name or the value cannot travel as a text header.</exception>
    public void Add(string name, string value)
    {
        ValidateName(name, binary: false);
        foreach (char c in value)
        {
            if (c is < ' ' or > '~') { throw new ArgumentException($"Metadata '{name}' holds the character U+{(int)c:X4}; text metadata is printable ASCII. Use a name that ends in '-bin' for bytes.", nameof(value)); }
        }

        _entries.Add(new(name, value, null));
    }

    /// <summary>Adds a binary header; its name ends in "-bin".</summary>
    /// <exception cref="ArgumentException">The name cannot travel as a binary header.</exception>
    public void Add(string name, byte[] value)
    {
        ValidateName(name, binary: true);
        _entries.Add(new(name, null, value));
    }

    /// <summary>The last text value under this name.</summary>
    public bool TryGetText(string name, [NotNullWhen(true)] out string? value)
    {
        value = _entries.FindLast(e => e.Name == name).Text;
        return value is not null;
    }

    /// <summary>The last binary value under this name.</summary>
    public bool TryGetBytes(string name, [NotNullWhen(true)] out byte[]? value)
    {
        value = _entries.FindLast(e => e.Name == name).Bytes;
        return value is not null;
    }

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void ValidateName(string name, bool binary)
    {
        if (name.Length == 0 || name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.')))
        {
            throw new ArgumentException($"'{name}' is no metadata name: lower-case letters, digits, '-', '_' and '.' only.", nameof(name));
        }

        if (name.EndsWith("-bin", StringComparison.Ordinal) != binary)
        {
            throw new ArgumentException($"Metadata '{name}': names that end in '-bin' hold bytes, others hold text.", nameof(name));
        }
    }
}
