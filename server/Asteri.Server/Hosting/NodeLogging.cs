using Microsoft.Extensions.Logging.Console;

namespace Asteri.Server.Hosting;

/// <summary>Log lines go to standard error, as text for people or as one JSON object a line; standard output is for data.</summary>
internal static class NodeLogging
{
    public static void Add(ILoggingBuilder logging, LoggingOptions options)
    {
        logging.SetMinimumLevel(options.Level);
        logging.AddFilter("Microsoft", options.FrameworkLevel > options.Level ? options.FrameworkLevel : options.Level);
        // It logs a failed start at length; the command that started the node says it in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Format == LogFormat.Json) { logging.AddJsonConsole(json => (json.TimestampFormat, json.UseUtcTimestamp) = ("O", true)); }
        else
        {
            logging.AddSimpleConsole(
                text => (text.TimestampFormat, text.UseUtcTimestamp, text.SingleLine) = ("yyyy-MM-dd'T'HH:mm:ss.fff'Z '", true, true));
        }
    }
}
