namespace Asteri.Engine.Crash.Plan;

/// <summary>How the batches of a plan look.</summary>
/// <param name="Seed">Everything follows from it.</param>
/// <param name="Writers">How many write side by side; each has keys of its own and one batch under way.</param>
/// <param name="Keys">Keys of a writer.</param>
/// <param name="MaxOps">Most operations of an ordinary batch.</param>
/// <param name="MaxValueBytes">Largest value.</param>
/// <param name="LargeBatchBytes">About the size of every fortieth batch: larger than a record may be.</param>
internal sealed record PlanShape(int Seed, int Writers, int Keys, int MaxOps, int MaxValueBytes, int LargeBatchBytes);
