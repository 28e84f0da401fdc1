namespace Asteri.Server.Admission;

/// <summary>A share as it stands.</summary>
/// <param name="Limit">Calls that may be in work.</param>
/// <param name="InFlight">Calls in work.</param>
/// <param name="Waiting">Calls that wait.</param>
/// <param name="IsOverloaded">The queue sheds calls.</param>
public readonly record struct ShareStatus(int Limit, int InFlight, int Waiting, bool IsOverloaded);
