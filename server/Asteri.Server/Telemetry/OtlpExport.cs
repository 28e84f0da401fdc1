namespace Asteri.Server.Telemetry;

/// <summary>Sends traces and metrics to the configured collector, in the background, until it is disposed; the last ones are sent then.</summary>
public sealed class OtlpExport : IDisposable
{
    private OtlpExport()
    {
    }

    /// <summary>Starts the export; null where no endpoint is configured.</summary>
    public static OtlpExport? Start(OtlpOptions options, string version) => throw new NotSupportedException("to be written");

    public void Dispose()
    {
    }
}
