using Asteri.Interop.Cases;

namespace Asteri.Interop.Peers;

/// <summary>A stock gRPC implementation with our program on it, under tests/peers; the program takes serve, client and version.</summary>
public sealed class Peer
{
    private readonly Lazy<string?> _missing;

    internal Peer(string name, string program, IReadOnlyList<string> arguments, Func<string?> missing)
    {
        Name = name;
        Program = program;
        Arguments = arguments;
        _missing = new(missing);
    }

    public string Name { get; }

    public string Program { get; }

    /// <summary>What comes before the command.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Why the peer cannot be started on this machine, or null when it can.</summary>
    public string? Missing => _missing.Value;

    /// <summary>Published cases that this library's API cannot express as a client, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> ClientLimits { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Published cases that this library's API cannot serve, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> ServerLimits { get; internal init; } = new Dictionary<string, string>();

    /// <summary>What its server is called with. Where it cannot serve a case because of its probe, the form without the probe stands in.</summary>
    public IEnumerable<InteropCase> ServedCases =>
        InteropCase.Common.Where(c => !ServerLimits.ContainsKey(c.Name))
            .Concat(InteropCase.WithoutProbe.Where(c => ServerLimits.Keys.Any(limited => c.Name.StartsWith(limited, StringComparison.Ordinal))));

    public override string ToString() => Name;
}
