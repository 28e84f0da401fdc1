namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>What goes wrong with bytes that lie on a disk.</summary>
public enum Damage
{
    /// <summary>One bit is another.</summary>
    FlippedBit,
    /// <summary>A sector reads as zeros.</summary>
    ZeroedSector,
    /// <summary>Two words of eight bytes have changed places: no sum or xor sees it.</summary>
    SwappedWords,
    /// <summary>The file ends here.</summary>
    CutFile,
}
