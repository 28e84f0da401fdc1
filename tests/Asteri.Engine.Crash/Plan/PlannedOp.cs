using Asteri.Engine.Storage;

namespace Asteri.Engine.Crash.Plan;

/// <summary>One operation of a planned batch. No value: a delete.</summary>
internal readonly record struct PlannedOp(byte[] Key, byte[]? Value, bool IsAppend)
{
    public void AddTo(WriteBatch batch, Space space)
    {
        if (Value is null)
            batch.Delete(space, Key);
        else if (IsAppend)
            batch.Append(space, Key, Value);
        else
            batch.Put(space, Key, Value);
    }
}
