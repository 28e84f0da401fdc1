namespace Asteri.Server.Hosting;

/// <summary>What the node writes on its standard error.</summary>
internal sealed record LoggingOptions
{
    /// <summary>Text for people, or one JSON object a line.</summary>
    public LogFormat Format { get; init; }

    /// <summary>The least level that is written.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The least level of the web server's own lines.</summary>
    public LogLevel FrameworkLevel { get; init; } = LogLevel.Warning;
}
