namespace Asteri.Server.Telemetry;

/// <summary>What the node tells about itself, and to whom.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Calls that take longer are logged with method, duration, request id and code, never with what they carried; 0: none. Default 1,000 ms, a search's deadline.</summary>
    public int SlowCallMs { get; init; } = 1_000;

    /// <summary>Where traces and metrics go by OTLP.</summary>
    public OtlpOptions Otlp { get; init; } = new();

    /// <summary>All faults of these options, each with name, value, limit.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (SlowCallMs is < 0 or > 3_600_000) { faults.Add($"Telemetry:SlowCallMs is {SlowCallMs}; it must be 0 to 3,600,000."); }
        faults.AddRange(Otlp.Validate());
        return faults;
    }
}
