namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>What is wrong with a mutated request.</summary>
internal enum FuzzKind
{
    BitFlips,
    LyingLength,
    CutFrame,
    WrongFlag,
    DeepNesting,
    InvalidUtf8,
    BrokenGzip,
    GzipBomb,
    BadTimeout,
    BadEncoding,
    BadMetadata,
    BadPath,
    BadContentType,
    OddPieces,
    MessageCount,
    Reset,
    NeverEnds,
    RandomBytes,
}
