using System.Text.Json.Serialization;

namespace Asteri.Interop.Cases;

/// <summary>How a case ended. <see cref="Detail"/> says why it failed or, when it passed, what the client's API could not look at.</summary>
public sealed record CaseResult(
    [property: JsonPropertyName("case")] string Case,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("ms")] double Ms)
{
    public const string Passed = "passed";
    public const string Failed = "failed";

    [JsonIgnore]
    public bool HasPassed => Outcome == Passed;
}
