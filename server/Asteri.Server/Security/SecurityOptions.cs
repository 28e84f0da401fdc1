namespace Asteri.Server.Security;

/// <summary>Who may come in, and how keys look.</summary>
public sealed record SecurityOptions
{
    /// <summary>
    /// Default false. A server that listens on loopback alone lets callers without a key in as the default tenant; true asks them for a key as well.
    /// On any other address keys are always required, whatever stands here.
    /// </summary>
    public bool RequireKeys { get; init; }

    /// <summary>
    /// The tenant of callers that the open loopback lets in, and of the first key. Default "default": one team that runs one node needs no second
    /// name.
    /// </summary>
    public string DefaultTenant { get; init; } = "default";

    /// <summary>
    /// The middle of a new key, ast_&lt;environment&gt;_…, so that a person sees where a key belongs. Default "live"; 1 to 16 of a-z and 0-9.
    /// </summary>
    public string Environment { get; init; } = "live";

    /// <summary>
    /// The file with the secret that keys are hashed with; relative to the data directory. Default "pepper". It has to be in the backup: without it
    /// every key is void.
    /// </summary>
    public string PepperFile { get; init; } = "pepper";

    /// <summary>
    /// Failed attempts that one peer may make in a minute before the answer is RESOURCE_EXHAUSTED and no longer a log line. Default 30: enough for a
    /// person with a wrong configuration, too few to fill a log. A right key passes all the same, so a neighbour's mistakes lock nobody out.
    /// </summary>
    public int FailuresPerMinute { get; init; } = 30;

    /// <summary>
    /// How exactly the last use of a key is kept. Default 1 h: it answers "is this key still in use?" and says nothing about anybody's day.
    /// </summary>
    public TimeSpan LastUseResolution { get; init; } = TimeSpan.FromHours(1);

    /// <summary>All faults of these options, each with name, value, limit.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (!TenantName.IsValid(DefaultTenant)) { faults.Add($"Security:DefaultTenant is '{DefaultTenant}'; it must be {TenantName.Rule}."); }
        if (!KeyText.IsEnvironment(Environment))
        {
            faults.Add($"Security:Environment is '{Environment}'; it must be 1 to 16 characters of a-z and 0-9.");
        }

        if (string.IsNullOrWhiteSpace(PepperFile)) { faults.Add("Security:PepperFile is empty; it must name a file."); }
        if (FailuresPerMinute is < 1 or > 100_000) { faults.Add($"Security:FailuresPerMinute is {FailuresPerMinute}; it must be 1 to 100,000."); }
        if (LastUseResolution < TimeSpan.FromMinutes(1) || LastUseResolution > TimeSpan.FromDays(1))
        {
            faults.Add($"Security:LastUseResolution is {LastUseResolution:c}; it must be 1 minute to 1 day.");
        }

        return faults;
    }
}
