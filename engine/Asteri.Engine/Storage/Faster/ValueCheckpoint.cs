using System.Globalization;
using System.Text;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>What FASTER's metadata of a checkpoint says about addresses.</summary>
/// <param name="Token">FASTER's name of the checkpoint.</param>
/// <param name="Begin">The first address of the value log that is needed.</param>
/// <param name="IndexStart">Records from here on are entered into the index again.</param>
/// <param name="Final">The value log must reach up to here.</param>
internal readonly record struct ValueCheckpoint(Guid Token, long Begin, long IndexStart, long Final)
{
    // The eighth line of FASTER's index metadata is the tail when the index image was begun; its own reader of it is internal.
    private const int IndexStartLine = 7;

    /// <exception cref="FormatException">The bytes are not FASTER's metadata.</exception>
    public static ValueCheckpoint Parse(byte[] indexMetadata, byte[] logMetadata)
    {
        var log = new HybridLogRecoveryInfo();
        using (var reader = new StreamReader(new MemoryStream(logMetadata)))
            log.Initialize(reader);
        var lines = Encoding.UTF8.GetString(indexMetadata).Split('\n');
        var indexStart = long.Parse(lines[IndexStartLine], NumberStyles.Integer, CultureInfo.InvariantCulture);
        return new ValueCheckpoint(log.guid, log.beginAddress, indexStart, log.finalLogicalAddress);
    }
}
