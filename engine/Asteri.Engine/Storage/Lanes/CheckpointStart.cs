using Asteri.Engine.Storage.Keys;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>What a checkpoint holds: every operation up to a seq.</summary>
/// <param name="Seq">The last seq applied.</param>
/// <param name="LogAddress">The log address behind its record.</param>
/// <param name="Keys">The key directory at that moment.</param>
/// <param name="Requests">The remembered requests at that moment.</param>
internal sealed record CheckpointStart(ulong Seq, long LogAddress, KeyView Keys, (RequestId Id, RequestOutcome Outcome)[] Requests);
