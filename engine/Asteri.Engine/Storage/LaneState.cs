namespace Asteri.Engine.Storage;

/// <summary>What a lane does at the moment.</summary>
public enum LaneState
{
    Healthy,
    /// <summary>Reads go on, writes are refused.</summary>
    ReadOnly,
    /// <summary>Damage was found at the start; the lane serves nothing.</summary>
    Refused,
}
