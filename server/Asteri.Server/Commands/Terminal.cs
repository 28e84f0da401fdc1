using System.Collections;

namespace Asteri.Server.Commands;

/// <summary>What a command speaks through: data goes to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    /// <summary>A person looks at <see cref="Out"/>: tables may have lines and colours.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The environment's variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The process' own streams and environment.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error)
    {
        IsInteractive = !Console.IsOutputRedirected,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!),
    };
}
