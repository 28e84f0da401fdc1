namespace Asteri.Rpc.Tests;

/// <summary>Tests that measure memory or load the machine, and so run beside no others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
