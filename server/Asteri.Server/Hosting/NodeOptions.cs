namespace Asteri.Server.Hosting;

/// <summary>Everything that a node can be told. A property is a section of appsettings.json.</summary>
internal sealed record NodeOptions
{
    public ServerOptions Server { get; init; } = new();

    public StorageOptions Storage { get; init; } = new();

    public LoggingOptions Logging { get; init; } = new();

    /// <summary>All faults of all sections.</summary>
    public IEnumerable<string> Validate() => [.. Server.Validate(), .. Storage.Validate()];
}
