namespace Asteri.Server.Telemetry;

/// <summary>What the node tells about itself, and to whom.</summary>
public sealed record TelemetryOptions
{
    /// <summary>
    /// Calls that take longer are logged with method, duration, request id and code, never with what they carried; 0: none. Default 1 s, a search's
    /// deadline.
    /// </summary>
    public TimeSpan SlowCall { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where traces and metrics go by OTLP.</summary>
    public OtlpOptions Otlp { get; init; } = new();

    /// <summary>All faults of these options, each with name, value, limit.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (SlowCall < TimeSpan.Zero || SlowCall > TimeSpan.FromHours(1))
        {
            faults.Add($"Telemetry:SlowCall is {SlowCall:c}; it must be 0 to 1 hour.");
        }

        faults.AddRange(Otlp.Validate());
        return faults;
    }
}
