using Asteri.Server.Admission;
using Asteri.Server.Security;
using Asteri.Server.Telemetry;

namespace Asteri.Server.Hosting;

/// <summary>Everything that a node can be told. A property is a section of appsettings.json.</summary>
internal sealed record NodeOptions
{
    public ServerOptions Server { get; init; } = new();

    public StorageOptions Storage { get; init; } = new();

    public SecurityOptions Security { get; init; } = new();

    public AdmissionOptions Admission { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    public LoggingOptions Logging { get; init; } = new();

    /// <summary>All faults of all sections.</summary>
    public IEnumerable<string> Validate() =>
        [.. Server.Validate(), .. Storage.Validate(), .. Security.Validate(), .. Admission.Validate(), .. Telemetry.Validate(), .. Exposed()];

    /// <summary>Where the node's own certificate is kept, when it has to make one.</summary>
    internal string SelfSignedDirectory =>
        Server.Tls.SelfSignedDirectory.Length > 0 ? Path.GetFullPath(Server.Tls.SelfSignedDirectory) : Storage.InData("tls");

    private IEnumerable<string> Exposed() => Server.Validate().Any() || Exposure.FaultOf(Server) is not { } fault ? [] : [fault];
}
