using Asteri.Engine.Storage.Faster;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Room in the value log for what has been promised a place in it: committed groups not applied yet, values being moved. It is reserved on disk
/// before the promise, so that applying cannot meet a full disk.
/// </summary>
internal sealed class ValueRoom(ValueStore values)
{
    private readonly Lock _sync = new();
    private long _promised;

    /// <exception cref="IOException">There is no space, or the disk failed; nothing is promised then.</exception>
    public void Reserve(long bytes)
    {
        lock (_sync)
        {
            values.Reserve(_promised + bytes);
            _promised += bytes;
        }
    }

    /// <summary>What was promised is in the value log, or will not come.</summary>
    public void Release(long bytes)
    {
        lock (_sync)
            _promised -= bytes;
    }
}
