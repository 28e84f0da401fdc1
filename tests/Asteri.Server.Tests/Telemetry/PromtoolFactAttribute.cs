namespace Asteri.Server.Tests.Telemetry;

/// <summary>A test that needs promtool, Prometheus's own checker (Debian: package prometheus).</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(f => File.Exists(Path.Combine(f, "promtool")))) { Skip = "promtool is not installed here (Debian: package prometheus)."; }
    }
}
