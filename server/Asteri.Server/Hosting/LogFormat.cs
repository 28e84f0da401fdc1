namespace Asteri.Server.Hosting;

/// <summary>How a log line looks.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
